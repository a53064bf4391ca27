import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import { modelTurn } from './model-turn.ts';
import type { Output } from './model-turn.ts';
import { messageOf } from './run.ts';
import type { Run } from './run.ts';
import { readerLeft, toolPass } from './tool-pass.ts';
import { waitingIds } from './waiting.ts';

/** The loop: calls, then the model, then calls again, until somebody is needed or there is nothing left to do. */
export async function* loop(run: Run): AsyncGenerator<Output, void> {
  let ended = false;
  try {
    for (;;) {
      yield* toolPass(run);
      run.signal.throwIfAborted();
      const end = endOf(run);
      // What was said or decided in the meantime wants another pass (rule D3).
      if (run.conversation.hasRecorded) yield await run.commit([]);
      else if (!end) yield* modelTurn(run);
      else {
        const events = await run.commit([end]);
        ended = true;
        return yield events;
      }
    }
  } catch (error) {
    const failure = failureOf(run, error);
    const events = await endWith(run, errorEvent(run, failure));
    ended = true;
    yield events;
    throw run.signal.aborted && !run.fenced ? run.signal.reason : failure;
  } finally {
    // The reader left: the log still gets its end, the reader gets none (rule L3).
    if (!ended) await endWith(run, errorEvent(run, failureOf(run, readerLeft)));
  }
}

/** How the run ends here, or nothing when it is the model's turn. A pause comes before the step limit (rule L6). */
function endOf(run: Run): EndEvent | undefined {
  const { conversation, setup } = run;
  const { usage, steps } = conversation.run;
  const move = next(conversation);
  if (move === 'tools') return { type: 'paused', ...waitingIds(conversation), usage };
  const last = conversation.messages.at(-1);
  const text = last?.role === 'assistant' ? textOf(last) : '';
  if (move === 'nothing') return { type: 'done', finish: last?.finish ?? 'stop', text, usage };
  return steps < setup.maxSteps ? undefined : { type: 'done', finish: 'step-limit', text, usage };
}

function failureOf(run: Run, error: unknown): ChatError {
  const { usage } = run.conversation.run;
  const stopped = run.signal.aborted && !run.fenced;
  const failure = stopped
    ? new ChatError('aborted', `The run was stopped: ${messageOf(run.signal.reason)}`, { cause: error })
    : error instanceof ChatError
      ? error
      : new ChatError('provider', messageOf(error), { cause: error });
  failure.usage = usage;
  return failure;
}

function errorEvent(run: Run, { code, message, retryable }: ChatError): EndEvent {
  return { type: 'error', code, message, retryable, usage: run.conversation.run.usage };
}

/** Who was fenced commits no end: the run goes on elsewhere, and only its reader is told (rule L3). */
async function endWith(run: Run, end: EndEvent): Promise<readonly ChatEvent[]> {
  if (run.fenced) return [end];
  try {
    return await run.commit([end]);
  } catch {
    return [end];
  }
}
