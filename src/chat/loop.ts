import { ChatError, messageOf } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { isSettled } from '../conversation/move.ts';
import { modelTurn } from './model-turn.ts';
import type { Output } from './model-turn.ts';
import { readerLeft } from './run.ts';
import type { Run } from './run.ts';
import { planStep } from './step.ts';
import { loadedEngine, toolEngine } from './tool-engine.ts';
import { turnOf } from './turn.ts';

/** The loop: calls, then the model, then calls again, until somebody is needed or there is nothing left to do. */
export async function* loop(run: Run): AsyncGenerator<Output, void> {
  let ended = false;
  try {
    const trace = traced(run);
    if (trace) yield trace;
    const beginning = begin(run);
    if (beginning) yield beginning;
    while (!ended) {
      if (run.conversation.hasUnsettled) yield* (await toolEngine()).toolPass(run);
      run.throwIfOver();
      const turn = turnOf(run);
      const planning = turn === 'model' ? planStep(run) : undefined;
      const plan = planning instanceof Promise ? await planning : planning;
      if (plan && !plan.stop) yield* modelTurn(run, plan);
      else {
        await finish(run, plan ? turnOf(run, plan) : turn);
        // Whatever was said or decided by now wants another pass (rule D3).
        const committing = run.commit(() => [turnOf(run, plan)].filter(isTurnEnd));
        const events = committing instanceof Promise ? await committing : committing;
        ended = events.some(isEnd);
        yield events;
      }
    }
  } catch (error) {
    const failure = failureOf(run, error);
    const events = await endWith(run, errorEvent(run, failure));
    ended = true;
    yield events;
    throw run.stopped ? run.reason : failure;
  } finally {
    // The reader left: the log still gets its end, the reader gets none (rule L3).
    if (!ended) await endWith(run, errorEvent(run, failureOf(run, readerLeft)));
  }
}

/** The name under which the run is traced: it comes first, and the first commit takes it along. */
function traced({ setup, conversation, aside }: Run): readonly ChatEvent[] | undefined {
  const trace = setup.around?.trace;
  if (trace === undefined) return undefined;
  const event: ChatEvent = { type: 'trace', trace };
  conversation.apply(event);
  aside.push(event);
  return [event];
}

/** What comes before the first turn: the code that this run will need, and the end of an answer that was cut short. */
function begin(run: Run): readonly ChatEvent[] | Promise<readonly ChatEvent[]> | undefined {
  const { setup, conversation } = run;
  const { output } = setup;
  if (!output && !conversation.hasUnsettled) return ended(run);
  return toolEngine().then((engine) => {
    if (output) run.setup = engine.withOutput(setup, output);
    return ended(run) ?? [];
  });
}

function ended(run: Run): readonly ChatEvent[] | Promise<readonly ChatEvent[]> | undefined {
  return cutShort(run).length > 0 ? run.commit(() => cutShort(run)) : undefined;
}

function isTurnEnd(turn: ReturnType<typeof turnOf>): turn is EndEvent {
  return typeof turn !== 'string';
}

/** An answer whose process died while it spoke: what had come is kept, its half calls are not (rule L8). */
function cutShort(run: Run): readonly ChatEvent[] {
  const { messages } = run.conversation;
  const last = messages.findLast(({ role }) => role === 'assistant');
  if (!last || last.finish !== undefined || last.interrupted) return [];
  const taken = loadedEngine()?.takeBack(run, { unread: false }) ?? [];
  const isOpen = last.parts.some((part) => part.type === 'tool' && !isSettled(part.call.state));
  if (!isOpen && last !== messages.at(-1)) return taken;
  return [{ type: 'reset', message: last.id, keep: true, reason: 'the process that asked for it ended' }, ...taken];
}

/** What comes before `done`. */
function finish(run: Run, end: ReturnType<typeof turnOf>): Promise<void> | undefined {
  if (!isTurnEnd(end) || end.type !== 'done') return undefined;
  loadedEngine()?.demandOutput(run, end);
  const { after } = run.setup;
  return after && toolEngine().then(({ askAfter }) => askAfter(run, after));
}

function failureOf(run: Run, error: unknown): ChatError {
  const failure = run.stopped
    ? new ChatError('aborted', `The run was stopped: ${messageOf(run.reason)}`)
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
    const engine = run.stopped && run.conversation.hasUnsettled ? await toolEngine() : undefined;
    return await run.commit(() => [...(engine?.stopHandOver(run) ?? []), end]);
  } catch {
    return [end];
  }
}
