import type { Style } from '../style.ts';
import { blockOf, fenceOf, isDecided, isRule, isTableLine } from './block.ts';
import type { Block, Sign } from './block.ts';
import { Flow, channel } from './flow.ts';
import type { Paint } from './flow.ts';
import { readInline } from './inline.ts';
import type { Look } from './inline.ts';
import { isTable, tableText } from './table.ts';

/** Where Markdown is drawn. */
export interface Sheet {
  /** Columns; asked for at the beginning of each line. */
  readonly width: number;
  readonly style: Style;
  write(text: string): void;
}

type AnyLook = Look | 'title' | 'heading';

/** A line of words that is being written. */
interface OpenLine {
  readonly flow: Flow;
  readonly looks: Block['looks'];
  /** The last character that was read. */
  before: string;
}

/** A table of more lines is drawn in pieces. */
const longestTable = 500;

/**
 * Draws Markdown as it comes: what stands on the screen is never drawn anew. A word is drawn once it is whole, something set
 * off once it is closed, a table once it is over. The text must be safe to show already: what it holds is drawn as it is.
 */
export class Markdown {
  readonly #sheet: Sheet;
  readonly #paints = new Map<string, Paint>();
  /** What has come of the line that is being read, and was not drawn. */
  #pending = '';
  #line: OpenLine | undefined;
  /** What closes the lines of code that are open. */
  #fence: string | undefined;
  /** A line of code is being written through. */
  #inCode = false;
  #table: string[] = [];

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  /** The next piece of the text. */
  add(text: string): void {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) this.#endLine('\n');
      this.#pending += piece;
      if (this.#pending !== '') this.#continueLine();
    }
  }

  /** The text is over: draws what was held back, and leaves nothing open. */
  end(): void {
    if (this.#pending !== '' || this.#line || this.#inCode) this.#endLine(this.#fence === undefined ? '' : '\n');
    this.#endTable();
    if (this.#fence !== undefined) this.#write(this.#frame('╰──'));
    this.#fence = undefined;
  }

  /** Draws what can be said of a line that is not whole. */
  #continueLine(): void {
    if (this.#fence !== undefined) return this.#continueCode();
    if (!this.#line) {
      if (!isDecided(this.#pending) || isTableLine(this.#pending) || fenceOf(this.#pending)) return;
      this.#endTable();
      this.#pending = this.#open(blockOf(this.#pending));
    }
    if (this.#line) this.#pending = this.#words(this.#line, this.#pending, false);
  }

  /** Code is written as it comes; half of a character waits for the other. */
  #continueCode(): void {
    if (!this.#inCode && /^\s*(?:`*|~*)\s*$/.test(this.#pending)) return;
    this.#inCode = true;
    const end = this.#pending.length - (/[\uD800-\uDBFF]$/.test(this.#pending) ? 1 : 0);
    this.#write(this.#pending.slice(0, end));
    this.#pending = this.#pending.slice(end);
  }

  /** The line is whole. */
  #endLine(end: string): void {
    const line = this.#pending;
    this.#pending = '';
    if (this.#fence !== undefined) return this.#endCodeLine(line, end);
    if (this.#line) return this.#lastWords(line, end);
    if (isTableLine(line)) return this.#tableLine(line);
    this.#endTable();
    const fence = fenceOf(line);
    if (fence) this.#openFence(fence);
    else if (isRule(line)) this.#write(this.#frame('─'.repeat(Math.min(40, this.#sheet.width))) + end);
    else this.#wholeLine(line, end);
  }

  #wholeLine(line: string, end: string): void {
    this.#lastWords(this.#open(blockOf(line)), end);
  }

  #lastWords(text: string, end: string): void {
    if (this.#line) this.#words(this.#line, text, true);
    this.#line = undefined;
    this.#write(end);
  }

  #endCodeLine(line: string, end: string): void {
    const isOver = !this.#inCode && line.trim().startsWith(this.#fence!) && /^\s*(?:`+|~+)\s*$/.test(line);
    this.#inCode = false;
    if (!isOver) return this.#write(line + end);
    this.#fence = undefined;
    this.#write(this.#frame('╰──') + end);
  }

  #openFence({ fence, language }: NonNullable<ReturnType<typeof fenceOf>>): void {
    this.#fence = fence;
    this.#write(`${this.#frame(language === '' ? '╭──' : `╭── ${language}`)}\n`);
  }

  #tableLine(line: string): void {
    this.#table.push(line);
    const isNone = this.#table.length === 2 && !isTable(this.#table);
    if (isNone || this.#table.length >= longestTable) this.#endTable();
  }

  #endTable(): void {
    const lines = this.#table;
    this.#table = [];
    if (lines.length === 0) return;
    if (!isTable(lines)) return lines.forEach((line) => this.#wholeLine(line, '\n'));
    this.#write(`${tableText(lines, this.#sheet.width, (looks) => this.#paint(looks))}\n`);
  }

  /** Begins a line, and gives its words. */
  #open({ first, hanging, looks, text }: Block): string {
    const { width } = this.#sheet;
    this.#write(this.#signs(first));
    const flow = new Flow(channel(width, this.#signs(hanging), hanging.map((sign) => sign.text).join('')));
    this.#line = { flow, looks, before: '' };
    return text;
  }

  /** Draws words, and gives what cannot be drawn yet. */
  #words(line: OpenLine, text: string, isWhole: boolean): string {
    const { pieces, rest } = readInline(text, isWhole, line.before);
    line.before = text.slice(0, text.length - rest.length).at(-1) ?? line.before;
    const drawn = pieces.map((piece) => line.flow.add(piece.text, this.#paint([...piece.looks, ...line.looks])));
    this.#write(drawn.join('') + (isWhole ? line.flow.end() : ''));
    return rest;
  }

  #signs(signs: readonly Sign[]): string {
    return signs.map(({ text, isDim }) => (isDim ? this.#sheet.style.dim(text) : text)).join('');
  }

  #frame(text: string): string {
    return this.#sheet.style.dim(text);
  }

  /** The same paint for the same looks, so that neighbours are painted together. */
  #paint(looks: readonly AnyLook[]): Paint {
    const key = looks.join();
    const known = this.#paints.get(key);
    if (known) return known;
    const { style } = this.#sheet;
    const paint: Paint = (text) => looks.reduce((painted, look) => painters[look](style, painted), text);
    this.#paints.set(key, paint);
    return paint;
  }

  #write(text: string): void {
    if (text !== '') this.#sheet.write(text);
  }
}

const painters: Readonly<Record<AnyLook, (style: Style, text: string) => string>> = {
  bold: (style, text) => style.bold(text),
  italic: (style, text) => style.italic(text),
  strikethrough: (style, text) => style.strikethrough(text),
  code: (style, text) => style.cyan(text),
  link: (style, text) => style.underline(text),
  address: (style, text) => style.dim(text),
  heading: (style, text) => style.bold(text),
  title: (style, text) => style.bold(style.cyan(text)),
};
