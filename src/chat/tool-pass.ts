import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { after, eventsOf, hasFailed, isInDoubt } from './due.ts';
import type { Due } from './due.ts';
import { Execution } from './execution.ts';
import { Bell, Outbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import { Results } from './results.ts';
import { readerLeft, toolOf } from './run.ts';
import type { Run, Underway } from './run.ts';
import { startOf } from './start.ts';
import { cancelAtStop } from './stop.ts';
import { ToolClock } from './tool-clock.ts';
import { Verdicts } from './verdicts.ts';

/**
 * Looks at every unsettled call of the conversation: what was proposed is validated and put to the policies,
 * what may run does so at once and concurrently, and results are told as they settle; what waits is left waiting.
 * The pass goes on while nobody reads, and when its reader leaves it comes to an honest end first (rule E4).
 */
export async function* toolPass(run: Run): AsyncGenerator<readonly ChatEvent[], void> {
  const outbox = new Outbox<readonly ChatEvent[]>();
  const work = new ToolPass(run, outbox).work().finally(() => outbox.close());
  // Awaited below; until then a failure is not unhandled.
  work.catch(() => {});
  let read = false;
  try {
    while (!read) {
      const next = outbox.next();
      const events = next instanceof Promise ? await next : next;
      if (events) yield events;
      else read = true;
    }
  } finally {
    if (!read) run.stop(readerLeft);
    await work;
  }
}

class ToolPass implements Underway {
  readonly #run: Run;
  readonly #outbox: Outbox<readonly ChatEvent[]>;
  readonly #bell = new Bell();
  readonly #clock = new ToolClock();
  readonly #running = new Map<string, Execution>();
  readonly #due: Due[] = [];
  readonly #verdicts: Verdicts;
  readonly #results: Results;
  /** Whether calls may have moved in another way than by the results of this pass. */
  #stirred = true;
  /** Whether a call may run and waits for a slot. */
  #full = false;

  constructor(run: Run, outbox: Outbox<readonly ChatEvent[]>) {
    this.#run = run;
    this.#outbox = outbox;
    this.#verdicts = new Verdicts(run, (due) => this.#stir(due));
    this.#results = new Results(run.conversation, {
      // It changes nothing, but whoever holds the conversation hears of all that is told.
      progress: (event) => {
        run.conversation.apply(event);
        outbox.push([event]);
      },
      put: (due) => this.#put(due),
    });
  }

  async work(): Promise<void> {
    const run = this.#run;
    run.underway = this;
    try {
      for (;;) {
        const turn = this.#turn();
        if (!(turn instanceof Promise ? await turn : turn)) break;
        const rung = this.#bell.rung();
        if (rung) await rung;
      }
    } catch (error) {
      run.break(error);
      while (this.#busy > 0) await this.#bell.rung();
      // The outcome of what was started is never dropped (rule E3).
      run.conversation.journal.record(() => eventsOf(this.#due));
      throw error;
    } finally {
      run.underway = undefined;
    }
  }

  stopped(reason: unknown): void {
    this.#clock.stop(reason);
    this.#stir();
  }

  recorded(): void {
    this.#stir();
  }

  #put(due: Due): void {
    if (due.settles) this.#clock.forget(due.settles);
    this.#due.push(due);
    this.#bell.ring();
  }

  #stir(due?: Due): void {
    this.#stirred = true;
    if (due) this.#due.push(due);
    this.#bell.ring();
  }

  /** How many tools run; those whose end no commit has taken do not. */
  get #busy(): number {
    return this.#running.size - this.#due.filter(({ settles }) => settles).length;
  }

  /** One look: one commit for what was decided, what starts and what has settled. False when there is nothing to wait for. */
  #turn(): boolean | Promise<boolean> {
    const run = this.#run;
    if (this.#stirred && !run.isOver) this.#ask();
    const looks = this.#stirred || this.#full;
    this.#stirred = false;
    const due = this.#due.slice();
    let starts: readonly ToolCallChange[] = [];
    const make = (): readonly ChatEvent[] => {
      const events = eventsOf(due);
      if (run.isOver) return [...events, ...this.#cancelled(events)];
      // First everything is decided, then what may run does so; and a failure counts before anything else starts (rule E1).
      const holds = this.#verdicts.judging > 0 || events.some(hasFailed);
      starts = looks && !holds ? this.#starts(events) : [];
      if (events.some(hasFailed) || events.some(isInDoubt)) this.#stirred = true;
      return [...events, ...starts.map((call): ChatEvent => ({ type: 'tool', call }))];
    };
    // Verdicts that let nothing start go with the pause that follows; what has settled waits for nobody (rule E4).
    const mayWait = (events: readonly ChatEvent[]): boolean =>
      events.length > 0 && starts.length + this.#running.size + this.#verdicts.pending === 0 && !run.isOver;
    const committing = run.commit(make, mayWait);
    const committed = (events: readonly ChatEvent[]): boolean => this.#committed(events, { due, starts });
    return committing instanceof Promise ? committing.then(committed) : committed(committing);
  }

  /** Tells what was committed, and starts what is running now. */
  #committed(
    events: readonly ChatEvent[],
    { due, starts }: { readonly due: readonly Due[]; readonly starts: readonly ToolCallChange[] },
  ): boolean {
    const run = this.#run;
    const { conversation } = run;
    if (events.length > 0) this.#outbox.push(events);
    for (const { settles } of this.#due.splice(0, due.length)) if (settles) this.#running.delete(settles.call.id);
    for (const { id, state } of starts) if (state === 'running') this.#launch(conversation.findCall(id));
    if (this.#stirred || this.#due.length > 0 || !conversation.journal.isEmpty) this.#bell.ring();
    else return this.#running.size + (run.isOver ? 0 : this.#verdicts.pending) > 0;
    return true;
  }

  #ask(): void {
    for (const call of this.#run.conversation.eachUnsettled()) {
      if (!this.#running.has(call.id)) this.#verdicts.ask(call);
    }
  }

  #cancelled(events: readonly ChatEvent[]): readonly ChatEvent[] {
    return cancelAtStop(this.#run.conversation.unsettled.map(after(events)));
  }

  /** A start for each call that may run, as long as there are slots; approval and start are one commit (rule L7). */
  #starts(events: readonly ChatEvent[]): readonly ToolCallChange[] {
    const { conversation, setup } = this.#run;
    const moved = after(events);
    const starts: ToolCallChange[] = [];
    const slots = setup.concurrency - this.#busy;
    this.#full = false;
    for (const before of conversation.eachUnsettled()) {
      const start = this.#running.has(before.id) ? undefined : startOf(this.#run, moved(before));
      if (!start) continue;
      this.#full = starts.length >= slots;
      if (this.#full) break;
      starts.push(start);
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
    if (this.#run.isOver) return this.#results.settled(execution, cancelled);
    this.#clock.watch(execution);
    execution.start();
  }
}

const cancelled: Outcome = { cause: 'cancel', to: { state: 'cancelled', by: 'stop', outcome: 'none' } };
