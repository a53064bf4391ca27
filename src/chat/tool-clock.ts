import type { Execution } from './execution.ts';

/** Milliseconds that a stopped tool is given to come to an end by itself (rule E4). */
const grace = 5_000;

/** When running tools have to come to their end: at their own time, or some time after the run was stopped. One timer for all. */
export class ToolClock {
  readonly #running = new Set<Execution>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ringsAt = Infinity;
  #stopped = false;

  watch(execution: Execution): void {
    this.#running.add(execution);
    if (!this.#stopped && execution.endsAt < this.#ringsAt) this.#arm(execution.endsAt);
  }

  forget(execution: Execution): void {
    this.#running.delete(execution);
    if (this.#running.size > 0) return;
    clearTimeout(this.#timer);
    this.#ringsAt = Infinity;
  }

  /** The run was stopped: signals every tool, and gives up those that have not answered after the grace time. */
  stop(reason: unknown): void {
    this.#stopped = true;
    for (const execution of this.#running) execution.cut('stopped', reason);
    if (this.#running.size > 0) this.#arm(performance.now() + grace);
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#ringsAt = at;
    // Timers hold 31 bits; a longer time is looked at again then.
    this.#timer = setTimeout(() => this.#ring(), Math.min(Math.max(0, at - performance.now()), 0x7fffffff));
  }

  #ring(): void {
    // Timers may ring a moment early.
    const now = performance.now() + 1;
    this.#ringsAt = Infinity;
    for (const execution of this.#running) {
      if (!this.#stopped && execution.endsAt > now) continue;
      execution.cut('timeout', new DOMException('The time of the tool is over.', 'TimeoutError'));
      execution.giveUp();
    }
    const next = Math.min(...Array.from(this.#running, ({ endsAt }) => endsAt));
    if (this.#running.size > 0 && !this.#stopped) this.#arm(next);
  }
}
