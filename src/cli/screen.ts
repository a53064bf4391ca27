import { clipColumns } from './columns.ts';
import { styleOf } from './style.ts';
import type { Style } from './style.ts';

/** Where lines are written for somebody who is asked. */
export type Paper = Pick<Screen, 'interactive' | 'width' | 'style' | 'line' | 'note' | 'error'>;

/** Where the program writes, so that whole lines and an answer that streams do not run into each other. */
export class Screen {
  /** A person looks at it and types into it. */
  readonly interactive: boolean;
  /** Standard output is for events alone. */
  readonly json: boolean;
  readonly style: Style;
  /** A line can be drawn anew: somebody looks, and the terminal can do that. */
  readonly isAnimated: boolean;
  /** What a model writes is drawn as Markdown; where words cannot be set off, and in a pipe, it stays as it is. */
  readonly showsMarkdown: boolean;
  readonly #out: NodeJS.WriteStream;
  #atLineStart = true;
  #status = false;

  constructor({ json, interactive }: { readonly json: boolean; readonly interactive: boolean }) {
    this.json = json;
    this.interactive = interactive;
    this.#out = json ? process.stderr : process.stdout;
    this.style = styleOf(this.#out, process.env);
    this.showsMarkdown = interactive && this.style.isColoured;
    this.isAnimated = interactive && process.env['TERM'] !== 'dumb';
  }

  get width(): number {
    // A terminal that does not know its size says 0.
    return Math.max(20, this.#out.columns || 100);
  }

  /** Text as it comes. */
  write(text: string): void {
    if (text === '') return;
    this.clearStatus();
    this.#out.write(text);
    this.#atLineStart = text.endsWith('\n');
  }

  /** A line of its own. */
  line(text = ''): void {
    this.endLine();
    this.#out.write(`${text}\n`);
  }

  /** Ends the line that is being written. */
  endLine(): void {
    this.clearStatus();
    if (!this.#atLineStart) this.#out.write('\n');
    this.#atLineStart = true;
  }

  /** Beside the matter. */
  note(text: string): void {
    this.line(this.style.dim(text));
  }

  /** What went wrong, in a sentence; on standard error. */
  error(sentence: string): void {
    this.endLine();
    process.stderr.write(`${this.interactive ? this.style.red(sentence) : sentence}\n`);
  }

  /** A line that the next one replaces; only where a person looks. */
  status(text: string): void {
    if (!this.isAnimated || !this.#atLineStart) return;
    this.#out.write(`\r\u001B[K${this.style.dim(clipColumns(text, this.width - 1))}`);
    this.#status = true;
  }

  event(event: unknown): void {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }

  /** Takes the line of `status` away. */
  clearStatus(): void {
    if (this.#status) this.#out.write('\r\u001B[K');
    this.#status = false;
  }
}
