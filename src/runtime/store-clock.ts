/**
 * The clock of a store, as a process knows it between two answers of it: leases, due times and deadlines are the store's. It
 * goes on by a clock that nobody sets, so that a process whose own clock is wrong, or jumps, is wrong about none of them (rule E9).
 */
export class StoreClock {
  #heard = 0;
  #at = 0;

  constructor(now: number) {
    this.hear(now);
  }

  /** Told what the store's clock says. It has gone on since by as long as the answer took, so that nothing is due too early. */
  hear(now: number): void {
    this.#heard = now;
    this.#at = performance.now();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#heard + Math.round(performance.now() - this.#at);
  }
}
