import { usualColumns, usualWidthOf } from '../columns.ts';

/** Sets a text off. */
export type Paint = (text: string) => string;

/** Where words flow. */
export interface Channel {
  /** Columns of a row. */
  readonly width: number;
  /** Begins every row but the first, as it is drawn. */
  readonly hanging: string;
  /** Columns that the beginning of the first row has taken, and that `hanging` takes. */
  readonly indent: number;
}

/** Words as rows: each word is given out as soon as it is whole, and where the row is full a new one begins. */
export class Flow {
  readonly #channel: Channel;
  #column: number;
  #word: { text: string; paint: Paint }[] = [];
  #wordColumns = 0;
  #blanks = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#column = channel.indent;
  }

  /** Takes text in one look, and gives what can be drawn. */
  add(text: string, paint: Paint): string {
    let drawn = '';
    for (const character of text) {
      const columns = usualWidthOf(character);
      if (character === ' ' || character === '\t') {
        drawn += this.end();
        this.#blanks += 1;
        continue;
      }
      // A script without blanks may be parted anywhere; so may a word that fits no row.
      const isTooLong = this.#wordColumns + columns > this.#channel.width - this.#channel.indent;
      if (columns === 2 || isTooLong) drawn += this.end();
      this.#put(character, paint);
      this.#wordColumns += columns;
      if (columns === 2) drawn += this.end();
    }
    return drawn;
  }

  /** Gives the word that was begun. */
  end(): string {
    if (this.#word.length === 0) return '';
    const { width, hanging, indent } = this.#channel;
    const fits = this.#column + this.#blanks + this.#wordColumns <= width;
    const isNew = !fits && this.#column > indent;
    const before = isNew ? `\n${hanging}` : ' '.repeat(this.#blanks);
    this.#column = (isNew ? indent : this.#column + this.#blanks) + this.#wordColumns;
    const word = this.#word.map(({ text, paint }) => paint(text)).join('');
    this.#word = [];
    this.#wordColumns = 0;
    this.#blanks = 0;
    return before + word;
  }

  #put(character: string, paint: Paint): void {
    const last = this.#word.at(-1);
    if (last && last.paint === paint) last.text += character;
    else this.#word.push({ text: character, paint });
  }
}

/** A channel behind a beginning of a line, as it is drawn and without what sets it off. */
export function channel(width: number, hanging: string, plain: string): Channel {
  const indent = usualColumns(plain);
  // Where the beginning leaves no room, words have to go on anyway.
  return indent > 0 && indent > width - 10 ? { width: indent + 10, hanging, indent } : { width, hanging, indent };
}
