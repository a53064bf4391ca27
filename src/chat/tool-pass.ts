import type { ChatEvent } from '../conversation/event.ts';
import { changed, move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { Checks } from './check.ts';
import { Execution } from './execution.ts';
import { toolOf } from './judge.ts';
import { Bell, Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import { Results } from './results.ts';
import type { Run } from './run.ts';
import { startOf } from './start.ts';
import { ToolClock } from './tool-clock.ts';
import { Verdicts } from './verdicts.ts';

/**
 * Looks at every unsettled call of the conversation: what was proposed is validated and put to the policies,
 * what may run does so at once and concurrently, and results are told as they settle; what waits is left waiting.
 * The pass goes on while nobody reads, and when its reader leaves it comes to an honest end first (rule E4).
 */
export async function* toolPass(run: Run): AsyncGenerator<readonly ChatEvent[], void> {
  if (run.conversation.unsettled.length === 0) return;
  const outbox = new Outbox<readonly ChatEvent[]>();
  const work = new ToolPass(run, outbox).work().finally(() => outbox.close());
  // Awaited below; until then a failure is not unhandled.
  work.catch(() => {});
  let read = false;
  try {
    yield* outbox.read();
    read = true;
  } finally {
    if (!read) run.stop(readerLeft);
    await work;
  }
}

/** Why a run stops whose reader broke off. */
export const readerLeft: DOMException = new DOMException('The reader of the stream left.', 'AbortError');

class ToolPass {
  readonly #run: Run;
  readonly #outbox: Outbox<readonly ChatEvent[]>;
  readonly #bell = new Bell();
  readonly #clock = new ToolClock();
  readonly #running = new Map<string, Execution>();
  readonly #results: Results;
  readonly #verdicts: Verdicts;
  readonly #checks: Checks;
  /** Whether calls may have moved in another way than by the results of this pass. */
  #stirred = true;
  /** Whether a call may run and waits for a slot. */
  #full = false;

  constructor(run: Run, outbox: Outbox<readonly ChatEvent[]>) {
    this.#run = run;
    this.#outbox = outbox;
    this.#results = new Results(run.conversation, { outbox, bell: this.#bell, clock: this.#clock });
    this.#verdicts = new Verdicts(run, () => this.#stir());
    this.#checks = new Checks(run, () => this.#stir());
  }

  async work(): Promise<void> {
    const { signal, conversation } = this.#run;
    const stop = (): void => {
      this.#clock.stop(signal.reason);
      this.#stir();
    };
    this.#run.onRecorded = () => this.#stir();
    signal.addEventListener('abort', stop);
    try {
      while (await this.#turn()) await this.#bell.rung();
    } catch (error) {
      this.#run.break(error);
      while (this.#running.size > this.#results.count) await this.#bell.rung();
      // The outcome of what was started is never dropped (rule E3).
      conversation.journal.record(this.#results.look().events);
      throw error;
    } finally {
      this.#run.onRecorded = undefined;
      signal.removeEventListener('abort', stop);
    }
  }

  #stir(): void {
    this.#stirred = true;
    this.#bell.ring();
  }

  /** One look: one commit for every verdict, every start and all that settled. False when there is nothing to wait for. */
  async #turn(): Promise<boolean> {
    const { conversation, signal } = this.#run;
    const results = this.#results.look();
    if (this.#stirred && !signal.aborted) this.#verdicts.ask(conversation.unsettled, this.#running);
    const looks = this.#stirred || this.#full;
    this.#stirred = false;
    let starts: readonly string[] = [];
    const committing = this.#run.commit(() => {
      const outcomes = results.events();
      const moves = signal.aborted ? this.#cancelled() : this.#verdicts.take();
      // First everything is decided, then what may run does so; and what just failed counts first (rule E1).
      const failed = outcomes.some((event) => event.type === 'tool' && event.call.state === 'failed');
      if (failed) this.#stir();
      starts = signal.aborted || this.#verdicts.pending > 0 || !looks || failed ? [] : this.#start(moves);
      return [...outcomes, ...moves.map(toEvent)];
    });
    const events = committing instanceof Promise ? await committing : committing;
    if (events.length > 0) this.#outbox.push(events);
    for (const { call } of results.taken()) this.#running.delete(call.id);
    for (const id of starts) this.#launch(conversation.findCall(id));
    this.#checks.begin(events);
    const asked = signal.aborted ? 0 : this.#verdicts.pending + this.#checks.pending;
    return this.#running.size + asked > 0 || !conversation.journal.isEmpty;
  }

  /** A stop cancels what was not started; what waits for somebody waits on (rule E7). */
  #cancelled(): ToolCallChange[] {
    return this.#run.conversation.unsettled
      .filter(({ state }) => state === 'proposed' || state === 'approved')
      .map((call) => move(call, 'cancel', { state: 'cancelled', by: 'stop', outcome: 'none' }));
  }

  /** Adds a start for each call that may run, as long as there are slots; approval and start are one commit (rule L7). */
  #start(moves: ToolCallChange[]): readonly string[] {
    const { conversation, setup } = this.#run;
    const judged = new Map(moves.map((change) => [change.id, change]));
    const starts: string[] = [];
    this.#full = false;
    for (const before of conversation.eachUnsettled()) {
      if (this.#running.has(before.id)) continue;
      const change = judged.get(before.id);
      const start = startOf(this.#run, change ? changed(before, change) : before);
      if (!start) continue;
      this.#full = this.#running.size - this.#results.count + starts.length >= setup.concurrency;
      if (this.#full) break;
      moves.push(start);
      if (start.state === 'running') starts.push(start.id);
    }
    return starts;
  }

  #launch(call: ToolCall | undefined): void {
    const tool = call && toolOf(this.#run, call.name);
    // Others may have come first while the start was being committed.
    if (call?.state !== 'running' || !tool) return;
    const execution = new Execution(this.#run, { call, tool, stage: this.#results });
    this.#running.set(call.id, execution);
    // Stopped while the start was being committed: it has not begun, and does not (rule E7).
    if (this.#run.signal.aborted) return this.#results.settled(execution, cancelled);
    this.#clock.watch(execution);
    execution.start();
  }
}

const cancelled: Outcome = { cause: 'cancel', to: { state: 'cancelled', by: 'stop', outcome: 'none' } };

function toEvent(call: ToolCallChange): ChatEvent {
  return { type: 'tool', call };
}
