import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { visible } from './plain-text.ts';

/** How a line is asked for. */
export interface LineOptions {
  /** The line begins with this text, to be changed. */
  readonly prefill?: string;
  /** Lines that only count when they were typed after the question was shown. */
  readonly counts?: (line: string) => boolean;
}

/** Where lines come from. */
export interface Input {
  /** The next line; undefined when there are no more. */
  line(prompt: string, options?: LineOptions): Promise<string | undefined>;
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

  constructor() {
    this.#readline = createInterface({ input: process.stdin, crlfDelay: Infinity });
    this.#lines = this.#readline[Symbol.asyncIterator]();
  }

  async line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  close(): void {
    this.#readline.close();
    process.stdin.destroy();
  }
}

/**
 * Lines that a person types. The keyboard is read all the time, so that Ctrl-C works while an answer streams;
 * what is typed then does not show, and is there when the next line is asked for.
 */
export class TerminalInput implements Input {
  readonly #readline: Interface;
  readonly #gate = new Gate();
  readonly #onTooEarly: (line: string) => void;
  #ahead: string[] = [];
  #asking: ((line: string | undefined) => void) | undefined;
  #closed = false;

  constructor(onTooEarly: (line: string) => void) {
    this.#onTooEarly = onTooEarly;
    this.#readline = createInterface({
      input: process.stdin,
      output: this.#gate,
      terminal: true,
      removeHistoryDuplicates: true,
    });
    this.#readline.setPrompt('');
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('close', () => this.#end());
  }

  line(prompt: string, { prefill, counts }: LineOptions = {}): Promise<string | undefined> {
    for (let typed = this.#ahead.shift(); typed !== undefined; typed = this.#ahead.shift()) {
      if (counts?.(typed)) this.#onTooEarly(typed);
      else return this.#echo(prompt, typed);
    }
    if (this.#closed) return Promise.resolve(undefined);
    this.#gate.open = true;
    this.#readline.setPrompt(prompt);
    if (prefill !== undefined) this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#readline.prompt(true);
    if (prefill !== undefined) this.#readline.write(prefill);
    return new Promise((resolve) => (this.#asking = resolve));
  }

  listen(on: { readonly interrupt: () => void; readonly line: () => void }): void {
    this.#readline.on('SIGINT', on.interrupt).on('line', on.line);
  }

  /** What was typed so far goes. */
  interject(text: string): void {
    if (!this.#asking) return;
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
    process.stdout.write(`\n${text}\n`);
    this.#readline.prompt();
  }

  suspend<Result>(work: () => Result): Result {
    this.#readline.pause();
    process.stdin.setRawMode(false);
    try {
      return work();
    } finally {
      process.stdin.setRawMode(true);
      this.#readline.resume();
    }
  }

  close(): void {
    this.#readline.close();
    process.stdin.destroy();
  }

  #take(line: string): void {
    const { open } = this.#gate;
    this.#gate.open = false;
    if (open && this.#asking) this.#answer(line);
    else this.#ahead.push(line);
  }

  #answer(line: string | undefined): void {
    const asking = this.#asking;
    this.#asking = undefined;
    asking?.(line);
  }

  #end(): void {
    this.#closed = true;
    if (this.#asking) process.stdout.write('\n');
    this.#answer(undefined);
  }

  #echo(prompt: string, line: string): Promise<string> {
    process.stdout.write(`${prompt}${visible(line)}\n`);
    return Promise.resolve(line);
  }
}

/** What the line editor draws, let through only while a line is asked for. */
class Gate extends Writable {
  open = false;
  readonly isTTY = true;

  constructor() {
    super({ decodeStrings: false });
    process.stdout.on('resize', () => this.emit('resize'));
  }

  /** While nothing shows, nothing wraps: the editor then has no rows to go back over. */
  get columns(): number {
    return this.open ? process.stdout.columns : 1_000_000;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (this.open) process.stdout.write(chunk);
    done();
  }
}
