import { ChatError } from '../../conversation/error.ts';
import { longestTimer } from '../../conversation/longest-timer.ts';

/** Waits for a model that may not listen: a stop and a time limit end each wait, and the request with it. */
export class Patience {
  readonly #what: string;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  #leave: (() => void) | undefined;

  constructor(what: string, signal: AbortSignal) {
    this.#what = what;
    this.#outer = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** For the model: aborted by a stop, by a time that is over, and when its answer is left. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Called once, when nothing more is waited for. */
  onEnd(leave: () => void): void {
    this.#leave = leave;
  }

  /** What comes of the work, or the reason of a stop, or a `timeout` after so many milliseconds. */
  wait<Value>(work: PromiseLike<Value>, limit = 120_000): Promise<Value> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        settle();
        reject(signal.reason);
      };
      const onLate = (): void => {
        const message = `${this.#what}: nothing came for ${limit / 1000} s.`;
        this.#controller.abort(new ChatError('timeout', message, { retryable: true }));
      };
      // No timer waits for longer than this.
      const timer = setTimeout(onLate, Math.min(limit, longestTimer));
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      work.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  end(): void {
    this.#outer.removeEventListener('abort', this.#onAbort);
    this.#leave?.();
    this.#controller.abort(new Error('the answer was left'));
  }

  readonly #onAbort = (): void => this.#controller.abort(this.#outer.reason);
}
