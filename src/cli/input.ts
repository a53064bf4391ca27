import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';

/** Words that may be meant by the end of a line, and that end, `of`, which they replace. */
export type Complete = (line: string) => Promise<{ readonly words: readonly string[]; readonly of: string }>;

/** How a line is asked for. */
export interface LineOptions {
  /** The line begins with this text, to be changed. */
  readonly prefill?: string;
  /** Lines that only count when they were typed after the question was shown. */
  readonly counts?: (line: string) => boolean;
  /** Finds what may be meant, when Tab is pressed. */
  readonly complete?: Complete;
  /** The line is kept for later talks. Default: false. */
  readonly remember?: boolean;
  /** Stops asking. What was typed by then stays for the next time. */
  readonly until?: AbortSignal;
}

/** Where lines come from. */
export interface Input {
  /** The next line; undefined when there are no more, or `until` was aborted. A prompt that is a function may change while it stands. */
  line(prompt: string | (() => string), options?: LineOptions): Promise<string | undefined>;
  /** No more lines, also for whoever waits for one. */
  close(): void;
  /** Whom to tell of Ctrl-C, and of every line after it; where a terminal hands keys over, it sends no signal for it. */
  listen?(on: { readonly interrupt: () => void; readonly line: () => void }): void;
  /** Says something to a person who is being asked, and asks again; absent where there is no person. */
  interject?(text: string): void;
  /** Leaves the terminal to another program meanwhile; absent where there is no terminal. */
  suspend?<Result>(work: () => Result): Result;
}

/** Lines of a pipe or a file. */
export class PipedInput implements Input {
  readonly #readline: Interface;
  readonly #lines: AsyncIterator<string>;
  #next: Promise<IteratorResult<string>> | undefined;

  constructor() {
    this.#readline = createInterface({ input: process.stdin, crlfDelay: Infinity });
    this.#lines = this.#readline[Symbol.asyncIterator]();
  }

  async line(_prompt?: unknown, { until }: LineOptions = {}): Promise<string | undefined> {
    if (until?.aborted) return undefined;
    // Where nobody waited for it any more, the same line is the next one.
    const next = (this.#next ??= this.#lines.next());
    const result = await (until ? Promise.race([next, aborted(until)]) : next);
    if (result === undefined) return undefined;
    this.#next = undefined;
    return result.done ? undefined : result.value;
  }

  close(): void {
    this.#readline.close();
    process.stdin.destroy();
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}
