import type { Conversation } from '../conversation/conversation.ts';
import { ChatError, messageOf } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, DoneEvent, EndEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import { ask } from './hooks.ts';
import { modelTurn } from './model-turn.ts';
import type { Output } from './model-turn.ts';
import { demandOutput, outputOf } from './output.ts';
import type { Run } from './run.ts';
import { mayMove } from './start.ts';
import { planStep } from './step.ts';
import type { Plan } from './step.ts';
import { readerLeft, toolPass } from './tool-pass.ts';
import { waitingIds } from './waiting.ts';

/** The loop: calls, then the model, then calls again, until somebody is needed or there is nothing left to do. */
export async function* loop(run: Run): AsyncGenerator<Output, void> {
  let ended = false;
  try {
    yield await run.commit(() => cutShort(run.conversation));
    while (!ended) {
      yield* toolPass(run);
      run.signal.throwIfAborted();
      const turn = turnOf(run);
      const plan = turn === 'model' ? await planStep(run) : undefined;
      if (plan && !plan.stop) yield* modelTurn(run, plan);
      else {
        await finish(run, turnOf(run, plan));
        // Whatever was said or decided by now wants another pass (rule D3).
        const events = await run.commit(() => endsOf(turnOf(run, plan)));
        ended = events.some(isEnd);
        yield events;
      }
    }
  } catch (error) {
    const failure = failureOf(run, error);
    const events = await endWith(run, errorEvent(run, failure));
    ended = true;
    yield events;
    throw run.stopped ? run.signal.reason : failure;
  } finally {
    // The reader left: the log still gets its end, the reader gets none (rule L3).
    if (!ended) await endWith(run, errorEvent(run, failureOf(run, readerLeft)));
  }
}

/** An answer whose process died while it spoke: what had come is kept, its half calls are not (rule L8). */
function cutShort({ messages }: Conversation): readonly ChatEvent[] {
  const last = messages.findLast(({ role }) => role === 'assistant');
  if (!last || last.finish !== undefined || last.interrupted) return [];
  const proposes = last.parts.some((part) => part.type === 'tool' && part.call.state === 'proposed');
  if (!proposes && last !== messages.at(-1)) return [];
  return [{ type: 'reset', message: last.id, keep: true, reason: 'the process that asked for it ended' }];
}

/** Whose turn it is, or how the run ends here. A pause comes before the step limit (rule L6). */
function turnOf(run: Run, plan?: Plan): EndEvent | 'model' | 'tools' {
  const { conversation, setup } = run;
  const { usage, steps } = conversation.run;
  switch (next(conversation)) {
    case 'tools': {
      const moves = conversation.unsettled.some((call) => mayMove(run, call));
      return moves ? 'tools' : { type: 'paused', ...waitingIds(conversation), usage };
    }
    case 'nothing':
      return done(run, conversation.messages.at(-1)?.finish ?? 'stop');
    case 'model':
      if (plan?.stop) return done(run, 'stop');
      return steps < setup.maxSteps ? 'model' : done(run, 'step-limit');
  }
}

function endsOf(turn: ReturnType<typeof turnOf>): readonly EndEvent[] {
  return typeof turn === 'string' ? [] : [turn];
}

function done(run: Run, finish: DoneEvent['finish']): DoneEvent {
  const { conversation } = run;
  const last = conversation.messages.at(-1);
  const text = last?.role === 'assistant' ? textOf(last) : '';
  const output = outputOf(last);
  return {
    type: 'done',
    // The call that gave the output is the end of the answer.
    finish: output ? 'stop' : finish,
    text,
    ...(output && { output: output.value }),
    usage: conversation.run.usage,
  };
}

/** What comes before `done`. */
async function finish(run: Run, end: ReturnType<typeof turnOf>): Promise<void> {
  if (typeof end === 'string' || end.type !== 'done') return;
  demandOutput(run, end);
  const { after, context } = run.setup;
  const { conversation, signal } = run;
  // Its type fits: `createChat` and `stream` see to it.
  const about = { context: context as never, signal };
  if (after) await ask('after', () => after(conversation, conversation.run.usage, about), signal);
}

function failureOf(run: Run, error: unknown): ChatError {
  const failure = run.stopped
    ? new ChatError('aborted', `The run was stopped: ${messageOf(run.signal.reason)}`, { cause: error })
    : error instanceof ChatError
      ? error
      : new ChatError('provider', messageOf(error), { cause: error });
  failure.usage = run.conversation.run.usage;
  return failure;
}

function errorEvent(run: Run, { code, message, retryable }: ChatError): EndEvent {
  return { type: 'error', code, message, retryable, usage: run.conversation.run.usage };
}

/** Who was fenced commits no end: the run goes on elsewhere, and only its reader is told (rule L3). */
async function endWith(run: Run, end: EndEvent): Promise<readonly ChatEvent[]> {
  if (run.fenced) return [end];
  try {
    return await run.commit(() => [end]);
  } catch {
    return [end];
  }
}
