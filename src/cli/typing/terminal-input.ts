import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { visible } from '../../wire/plain-text.ts';
import type { Complete, Input, LineOptions } from '../input.ts';
import { History } from './history.ts';
import { Keyboard } from './keyboard.ts';
import { asMeant, asShown, asTyped } from './paste.ts';

/**
 * Lines that a person types. The keyboard is read all the time, so that Ctrl-C works while an answer streams;
 * what is typed then does not show, and is there when the next line is asked for.
 */
export class TerminalInput implements Input {
  readonly #readline: Interface;
  readonly #keyboard: Keyboard;
  readonly #gate = new Gate();
  readonly #onTooEarly: (line: string) => void;
  readonly #history: History;
  #ahead: string[] = [];
  #asking: ((line: string | undefined) => void) | undefined;
  #prompt: () => string = () => '';
  #clock: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  #complete: Complete | undefined;
  /** The list that the line editor goes through. */
  #past: string[] = [];

  /** `onTooEarly` is told of lines that do not count. `history` is gone through with the arrows. */
  constructor(onTooEarly: (line: string) => void, history: History = new History(undefined)) {
    this.#onTooEarly = onTooEarly;
    this.#history = history;
    this.#keyboard = new Keyboard({
      terminal: process.stdin,
      marks: process.env['TERM'] === 'dumb' ? undefined : process.stdout,
      onPaste: (text) => this.#readline.write(text),
    });
    this.#readline = createInterface({
      input: this.#keyboard,
      output: this.#gate,
      terminal: true,
      history: history.lines.map(asTyped),
      historySize: 1_000,
      completer: (line: string, found: (error: null, completions: [string[], string]) => void) => {
        void this.#completions(line).then((completions) => found(null, completions));
      },
    });
    this.#readline.on('history', (past) => this.#forget(past));
    this.#readline.setPrompt('');
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('close', () => this.#end());
  }

  line(prompt: string | (() => string), options: LineOptions = {}): Promise<string | undefined> {
    const { prefill, counts, until, complete, remember = false } = options;
    this.#complete = complete;
    this.#prompt = typeof prompt === 'string' ? () => prompt : prompt;
    for (let typed = this.#ahead.shift(); typed !== undefined; typed = this.#ahead.shift()) {
      if (counts?.(typed)) this.#onTooEarly(typed);
      else return this.#echo(typed, remember);
    }
    if (this.#closed || until?.aborted) return Promise.resolve(undefined);
    this.#gate.open = true;
    this.#readline.setPrompt(this.#prompt());
    if (prefill !== undefined) this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#readline.prompt(true);
    if (prefill !== undefined) this.#readline.write(asTyped(prefill));
    if (typeof prompt !== 'string') this.#clock = setInterval(() => this.#redraw(), 1_000);
    until?.addEventListener('abort', this.#giveUp, { once: true });
    return new Promise<string | undefined>((resolve) => (this.#asking = resolve)).then((line) => {
      until?.removeEventListener('abort', this.#giveUp);
      if (remember && line !== undefined) this.#remember(line);
      return line;
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
    this.#keyboard.setRawMode(false).mark(false);
    try {
      return work();
    } finally {
      this.#keyboard.setRawMode(true).mark(true);
      this.#readline.resume();
    }
  }

  close(): void {
    this.#readline.close();
    this.#keyboard.stop();
  }

  #take(typed: string): void {
    const line = asMeant(typed);
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

  /** The editor keeps every line; what is kept is said by whoever asks. */
  #forget(past: string[]): void {
    this.#past = past;
    past.shift();
  }

  #remember(line: string): void {
    this.#history.add(line);
    this.#past.splice(0, this.#past.length, ...this.#history.lines.map(asTyped));
  }

  async #completions(line: string): Promise<[string[], string]> {
    const { words, of } = (await this.#complete?.(asMeant(line)).catch(() => undefined)) ?? { words: [], of: line };
    return [words.map((word) => visible(word)), of];
  }

  #echo(line: string, remember: boolean): Promise<string> {
    if (remember) this.#remember(line);
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
    if (this.open) process.stdout.write(asShown(chunk));
    done();
  }
}
