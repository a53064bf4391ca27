import { asShown } from '../typing/paste.ts';
import { usualColumns } from '../columns.ts';
import type { Key } from './key.ts';

/** One line that a person types into. */
export class LineEditor {
  #characters: readonly string[];
  #at: number;

  constructor(text = '') {
    this.#characters = Array.from(text);
    this.#at = this.#characters.length;
  }

  get text(): string {
    return this.#characters.join('');
  }

  /** Puts a text where the cursor is. */
  insert(text: string): void {
    const more = Array.from(text);
    this.#characters = this.#characters.toSpliced(this.#at, 0, ...more);
    this.#at += more.length;
  }

  /** Does what a key means; false when it means nothing here. */
  take({ name, text }: Key): boolean {
    if (text !== '') {
      this.insert(text);
      return true;
    }
    const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!act) return false;
    const { from = this.#at, to = this.#at, at } = act(this.#at, this.#characters);
    this.#characters = this.#characters.toSpliced(from, to - from);
    this.#at = at;
    return true;
  }

  /** What is shown of it in so many columns, and in which of them the cursor is. */
  view(width: number): { readonly text: string; readonly column: number } {
    let from = 0;
    while (usualColumns(this.#characters.slice(from, this.#at).join('')) > width - 1) from += 1;
    let to = this.#at;
    const columns = (end: number): number => usualColumns(this.#characters.slice(from, end).join(''));
    while (to < this.#characters.length && columns(to + 1) < width) to += 1;
    return { text: asShown(this.#characters.slice(from, to).join('')), column: columns(this.#at) };
  }
}

interface Change {
  /** What goes. */
  readonly from?: number;
  readonly to?: number;
  /** Where the cursor is then. */
  readonly at: number;
}

const actions: Readonly<Record<string, (at: number, characters: readonly string[]) => Change>> = {
  left: (at) => ({ at: Math.max(0, at - 1) }),
  right: (at, { length }) => ({ at: Math.min(length, at + 1) }),
  home: () => ({ at: 0 }),
  end: (_, { length }) => ({ at: length }),
  'C-a': () => ({ at: 0 }),
  'C-e': (_, { length }) => ({ at: length }),
  backspace: (at) => ({ from: Math.max(0, at - 1), to: at, at: Math.max(0, at - 1) }),
  'C-h': (at) => ({ from: Math.max(0, at - 1), to: at, at: Math.max(0, at - 1) }),
  delete: (at, { length }) => ({ from: at, to: Math.min(length, at + 1), at }),
  'C-u': (at) => ({ from: 0, to: at, at: 0 }),
  'C-k': (at, { length }) => ({ from: at, to: length, at }),
  'C-w': (at, characters) => {
    const before = characters.slice(0, at).join('');
    const start = Array.from(before.replace(/\S*\s*$/, '')).length;
    return { from: start, to: at, at: start };
  },
};
