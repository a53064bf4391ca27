/** What one step of a request does when it is to end before its time. */
export interface Watched {
  aborted(reason: unknown): void;
  /** How many milliseconds it still has at this time; nothing while its time does not count. */
  left(now: number): number | undefined;
  /** Called when it has none left. */
  late(): void;
}

/** So many milliseconds pass at most until the first look at the time that is left, and between later ones. */
const first = 500;
const longest = 10_000;

/**
 * Ends a request when its signal says so, or when its time is over. One listener and one timer serve it from its sending
 * to the end of its answer, since arming a timer costs more than reading a token: it looks before it has to, and short
 * answers need no other.
 */
export class Watch {
  readonly #signal: AbortSignal;
  #watched: Watched | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looksAt = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Looks after this step from now on. */
  begin(watched: Watched): void {
    if (!this.#watched) this.#signal.addEventListener('abort', this.#onAbort);
    this.#watched = watched;
    if (this.#signal.aborted) this.#onAbort();
  }

  /** Looks at the time that is left at this time, or sooner. Times are those of `performance.now`: nobody sets that clock. */
  by(time: number, now: number, atMost: number = first): void {
    if (this.#timer !== undefined && this.#looksAt <= time) return;
    clearTimeout(this.#timer);
    const wait = Math.min(time - now, atMost);
    this.#looksAt = now + wait;
    this.#timer = setTimeout(this.#onTimer, wait);
  }

  end(): void {
    if (this.#watched) this.#signal.removeEventListener('abort', this.#onAbort);
    this.#watched = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #onAbort = (): void => this.#watched?.aborted(this.#signal.reason);

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    const left = this.#watched?.left(now);
    if (left === undefined) return;
    if (left > 0) this.by(now + left, now, longest);
    else this.#watched?.late();
  };
}
