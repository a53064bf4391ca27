import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Input, LineOptions } from './input.ts';
import { visible } from '../wire/plain-text.ts';

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
  #prompt: () => string = () => '';
  #clock: ReturnType<typeof setInterval> | undefined;
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

  line(prompt: string | (() => string), { prefill, counts, until }: LineOptions = {}): Promise<string | undefined> {
    this.#prompt = typeof prompt === 'string' ? () => prompt : prompt;
    for (let typed = this.#ahead.shift(); typed !== undefined; typed = this.#ahead.shift()) {
      if (counts?.(typed)) this.#onTooEarly(typed);
      else return this.#echo(typed);
    }
    if (this.#closed || until?.aborted) return Promise.resolve(undefined);
    this.#gate.open = true;
    this.#readline.setPrompt(this.#prompt());
    if (prefill !== undefined) this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#readline.prompt(true);
    if (prefill !== undefined) this.#readline.write(prefill);
    if (typeof prompt !== 'string') this.#clock = setInterval(() => this.#redraw(), 1_000);
    until?.addEventListener('abort', this.#giveUp, { once: true });
    return new Promise<string | undefined>((resolve) => (this.#asking = resolve)).finally(() => {
      until?.removeEventListener('abort', this.#giveUp);
    });
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
    clearInterval(this.#clock);
    asking?.(line);
  }

  /** The same line under a prompt that has changed. */
  #redraw(): void {
    const prompt = this.#prompt();
    if (prompt === this.#readline.getPrompt()) return;
    this.#readline.setPrompt(prompt);
    this.#readline.prompt(true);
  }

  readonly #giveUp = (): void => {
    if (!this.#asking) return;
    process.stdout.write('\n');
    this.#gate.open = false;
    // Unseen, so that the editor forgets over how many rows the line went.
    this.#readline.prompt(true);
    this.#answer(undefined);
  };

  #end(): void {
    this.#closed = true;
    if (this.#asking) process.stdout.write('\n');
    this.#answer(undefined);
  }

  #echo(line: string): Promise<string> {
    process.stdout.write(`${this.#prompt()}${visible(line)}\n`);
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
