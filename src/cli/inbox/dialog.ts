import { LineEditor } from '../full-screen/line-editor.ts';
import type { Frame, FullScreen } from '../full-screen/full-screen.ts';
import type { Key } from '../full-screen/key.ts';
import { clipColumns, usualColumns } from '../columns.ts';
import type { Input, LineOptions } from '../input.ts';
import type { Paper } from '../screen.ts';
import type { Style } from '../style.ts';
import { asMeant, asTyped } from '../typing/paste.ts';

/** What a dialog needs of the screen. */
export interface DialogPlace {
  readonly screen: Pick<FullScreen, 'width' | 'height' | 'suspend'>;
  readonly style: Style;
  /** Something is to be drawn. */
  readonly onChange: () => void;
}

/** Where a person is asked more about a decision: lines that are told, and one that is typed. */
export class Dialog implements Input {
  readonly paper: Paper;
  readonly #place: DialogPlace;
  readonly #lines: string[] = [];
  #editor = new LineEditor();
  #prompt: () => string = () => '';
  #answer: ((line: string | undefined) => void) | undefined;
  #isClosed = false;
  /** Rows by which it was scrolled back. */
  #back = 0;

  constructor(place: DialogPlace) {
    this.#place = place;
    const { screen, style } = place;
    const tell = (line = ''): void => this.#tell(line);
    this.paper = {
      interactive: true,
      width: screen.width - 1,
      style,
      line: tell,
      note: (line) => tell(style.dim(line)),
      error: (line) => tell(style.red(line)),
    };
  }

  line(prompt: string | (() => string), { prefill = '', until }: LineOptions = {}): Promise<string | undefined> {
    if (this.#isClosed || until?.aborted) return Promise.resolve(undefined);
    this.#prompt = typeof prompt === 'string' ? () => prompt : prompt;
    this.#editor = new LineEditor(asTyped(prefill));
    this.#place.onChange();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  suspend<Result>(work: () => Result): Result {
    return this.#place.screen.suspend(work);
  }

  close(): void {
    this.#isClosed = true;
    this.#end(undefined);
  }

  /** Enter answers, Escape gives up. */
  key(key: Key): void {
    if (key.name === 'return') return this.#end(asMeant(this.#editor.text));
    if (key.name === 'escape' || key.name === 'C-c') return this.#end(undefined);
    if (key.name === 'pageup') this.#back += this.#place.screen.height - 3;
    else if (key.name === 'pagedown') this.#back = Math.max(0, this.#back - this.#place.screen.height + 3);
    else this.#editor.take(key);
    this.#place.onChange();
  }

  paste(text: string): void {
    this.#editor.insert(text);
    this.#place.onChange();
  }

  /** The rows below those that are there already, and the line that is typed in the last one. */
  frame(above: readonly string[]): Frame {
    const { width, height } = this.#place.screen;
    const all = [...above, ...this.#lines];
    this.#back = Math.max(0, Math.min(this.#back, all.length - height + 1));
    const end = all.length - this.#back;
    const shown = all.slice(Math.max(0, end - height + 1), end);
    const rows = [...shown, ...Array.from({ length: height - 1 - shown.length }, () => '')];
    if (!this.#answer) return { rows };
    const prompt = clipColumns(this.#prompt(), Math.max(10, width - 12));
    const taken = usualColumns(prompt);
    const { text, column } = this.#editor.view(width - taken - 1);
    return {
      rows: [...rows, this.#place.style.bold(prompt) + text],
      cursor: { row: height - 1, column: taken + column },
    };
  }

  #tell(line: string): void {
    this.#lines.push(line);
    this.#back = 0;
    this.#place.onChange();
  }

  #end(line: string | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (line !== undefined)
      this.#lines.push(this.#place.style.dim(this.#prompt() + this.#editor.view(this.#place.screen.width).text));
    answer?.(line);
  }
}
