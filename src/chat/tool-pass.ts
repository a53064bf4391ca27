import type { ChatEvent } from '../conversation/event.ts';
import { changed, move } from '../conversation/tool-call.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { attemptAt, execute } from './execute.ts';
import { expiryOf } from './expiry.ts';
import { judge, judgeAgain, toolOf } from './judge.ts';
import { Bell, Outbox } from './outbox.ts';
import type { Run } from './run.ts';

/**
 * Looks at every unsettled call of the conversation: what was proposed is validated and put to the policies,
 * what may run does so at once and concurrently, and results are told as they settle; what waits is left waiting.
 * The pass goes on while nobody reads, and when its reader leaves it comes to an honest end first (rule E4).
 */
export async function* toolPass(run: Run): AsyncGenerator<readonly ChatEvent[], void> {
  if (run.conversation.unsettled.length === 0) return;
  const outbox = new Outbox<readonly ChatEvent[]>();
  run.progress = (event) => outbox.push([event]);
  const pass = new ToolPass(run, outbox);
  const work = pass.work().finally(() => outbox.close());
  // Awaited below; until then a failure is not unhandled.
  work.catch(() => {});
  let read = false;
  try {
    yield* outbox.read();
    read = true;
  } finally {
    if (!read) run.stop(readerLeft);
    run.progress = () => {};
    await work;
  }
}

/** Why a run stops whose reader broke off. */
export const readerLeft: DOMException = new DOMException('The reader of the stream left.', 'AbortError');

class ToolPass {
  readonly #run: Run;
  readonly #outbox: Outbox<readonly ChatEvent[]>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #settled: ToolCallChange[] = [];
  readonly #bell = new Bell();

  constructor(run: Run, outbox: Outbox<readonly ChatEvent[]>) {
    this.#run = run;
    this.#outbox = outbox;
  }

  async work(): Promise<void> {
    const { conversation, signal } = this.#run;
    const ring = (): void => this.#bell.ring();
    conversation.listen(ring);
    signal.addEventListener('abort', ring);
    try {
      while (await this.#turn()) await this.#bell.rung();
    } catch (error) {
      this.#run.stop(error);
      await Promise.all(this.#running.values());
      // The outcome of what was started is never dropped (rule E3).
      conversation.record(this.#settled.map(toEvent));
      throw error;
    } finally {
      conversation.listen(undefined);
      signal.removeEventListener('abort', ring);
    }
  }

  /** One look at all calls: one commit for every verdict, every start and all that settled. False when nothing runs. */
  async #turn(): Promise<boolean> {
    const { conversation } = this.#run;
    const outcomes = this.#settled.length;
    const waiting = conversation.unsettled.filter(({ id }) => !this.#running.has(id));
    const moves = [...this.#settled, ...(await Promise.all(waiting.map((call) => this.#advance(call)))).flat()];
    const starts = this.#start(waiting, moves);
    if (moves.length > 0 || conversation.hasRecorded) this.#outbox.push(await this.#run.commit(moves.map(toEvent)));
    for (const { id } of this.#settled.splice(0, outcomes)) this.#running.delete(id);
    for (const id of starts) this.#launch(conversation.findCall(id)!);
    return this.#running.size > 0 || this.#settled.length > 0 || conversation.hasRecorded;
  }

  /** What happens to a call before it may start. */
  #advance(call: ToolCall): readonly ToolCallChange[] | Promise<ToolCallChange> {
    if (this.#run.signal.aborted) return this.#cancel(call);
    const now = this.#run.conversation.now();
    const expired = expiryOf(call, now);
    if (expired) return [expired];
    switch (call.state) {
      case 'proposed':
        return asList(judge(this.#run, call));
      case 'deferred':
        return call.until <= now ? asList(judgeAgain(this.#run, call)) : [];
      case 'snoozed':
        return call.until <= now ? [move(call, 'wake', { state: 'awaiting-approval' })] : [];
      case 'running':
        return this.#recover(call);
      default:
        return [];
    }
  }

  /** A stop cancels what was not started (rule E7). */
  #cancel(call: ToolCall): readonly ToolCallChange[] {
    if (call.state !== 'proposed' && call.state !== 'approved') return [];
    return [move(call, 'cancel', { state: 'cancelled', by: 'stop', outcome: 'none' })];
  }

  /** Running, but not here: its process died. Only what bears repeating starts again by itself (rules E1, C2). */
  #recover(call: ToolCall): readonly ToolCallChange[] {
    const repeatable = call.effect === 'read' || call.effect === 'idempotent';
    if (repeatable && toolOf(this.#run, call.name)) return [];
    const reason = 'the process that ran it ended before it said what happened';
    return [move(call, 'doubt', { state: 'in-doubt', reason })];
  }

  /** Adds a start for each call that may run, as long as there are slots; approval and start are one commit (rule L7). */
  #start(waiting: readonly ToolCall[], moves: ToolCallChange[]): readonly string[] {
    const { conversation, setup, signal } = this.#run;
    const judged = new Map(moves.map((change) => [change.id, change]));
    const starts: string[] = [];
    for (const before of signal.aborted ? [] : waiting) {
      const change = judged.get(before.id);
      const call = change ? changed(before, change) : before;
      const free = this.#running.size - this.#settled.length + starts.length < setup.concurrency;
      if (!free || (call.state !== 'approved' && call.state !== 'running')) continue;
      if (call.notBefore !== undefined && call.notBefore > conversation.now()) continue;
      const start = this.#startOf(call);
      moves.push(start);
      if (start.state === 'running') starts.push(call.id);
    }
    return starts;
  }

  #startOf(call: ToolCall): ToolCallChange {
    const tool = toolOf(this.#run, call.name);
    if (!tool) return move(call, 'ask-again', { state: 'awaiting-approval', because: 'tool-missing' });
    if (!tool.run) return move(call, 'hand-out', { state: 'awaiting-result' });
    const attempt = attemptAt(call, tool, this.#run.conversation.now());
    return move(call, call.state === 'running' ? 'recover' : 'start', { state: 'running', attempt });
  }

  #launch(call: ToolCall): void {
    // `#startOf` has found the tool.
    const outcome = execute(this.#run, call, toolOf(this.#run, call.name)!);
    const running = outcome.then((change) => {
      this.#settled.push(change);
      this.#bell.ring();
    });
    this.#running.set(call.id, running);
  }
}

function asList(change: ToolCallChange | Promise<ToolCallChange>): readonly ToolCallChange[] | Promise<ToolCallChange> {
  return change instanceof Promise ? change : [change];
}

function toEvent(call: ToolCallChange): ChatEvent {
  return { type: 'tool', call };
}
