/** How late a beat may be without a word, in milliseconds: a lease is renewed so often (rule E9). */
const longestStill = 3_000;

/** How often it beats, in milliseconds. */
const every = 500;

/** Notices that the event loop of a process stood still: its own timer was late. */
export class Pulse {
  readonly #onStall: (length: number) => void;
  readonly #now: () => number;
  #last: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `now` in milliseconds, by a clock that only goes forward. */
  constructor(onStall: (length: number) => void, now: () => number = () => performance.now()) {
    this.#onStall = onStall;
    this.#now = now;
    this.#last = now();
  }

  start(): void {
    this.#last = this.#now();
    this.#timer = setInterval(() => this.beat(), every);
    // It keeps no process alive.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  beat(): void {
    const now = this.#now();
    const late = now - this.#last - every;
    this.#last = now;
    if (late > longestStill) this.#onStall(late);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
