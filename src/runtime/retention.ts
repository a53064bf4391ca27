import type { Setup } from './options.ts';

const hour = 3_600_000;

/** How many threads are erased in one go, so that nothing else waits for long. */
const mostAtOnce = 100;

/** Erases threads that are kept no longer (rule S7). */
export class Retention {
  readonly #setup: Setup;
  #next = 0;
  #isLooking = false;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** Looks, but not often. */
  async look(): Promise<void> {
    const { retention, store, closed } = this.#setup;
    if (retention === undefined || this.#isLooking || performance.now() < this.#next) return;
    this.#isLooking = true;
    try {
      let left = mostAtOnce;
      while (left > 0 && !closed.signal.aborted && (await store.expire(retention))) left -= 1;
      // When there were many, the next look goes on.
      if (left > 0) this.#next = performance.now() + Math.min(retention / 10, hour);
    } finally {
      this.#isLooking = false;
    }
  }
}
