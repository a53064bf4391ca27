import { seenOf } from '../../conversation/seen.ts';
import type { WaitingRow } from '../../store/store.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';

/** A call in the list. */
export interface Item {
  readonly row: WaitingRow;
  /** What became of it elsewhere: it waits no more. */
  readonly gone?: string;
}

/** How many stay on the list that wait no more. */
const mostGone = 20;

/** What waits, as a person goes through it: where they are, what they have marked, and what they look for. */
export class InboxList {
  #items: readonly Item[] = [];
  readonly #marks = new Set<string>();
  readonly #texts = new Map<string, string>();
  #filter = '';
  #current: string | undefined;
  #shown: readonly Item[] = [];

  /** Those that are looked for, the one that waits longest first. */
  get items(): readonly Item[] {
    return this.#shown;
  }

  /** How many wait in all. */
  get waiting(): number {
    return this.#items.filter(({ gone }) => gone === undefined).length;
  }

  get filter(): string {
    return this.#filter;
  }

  /** The place of the current one; -1 when there is none. */
  get at(): number {
    return this.#shown.findIndex(({ row }) => idOf(row) === this.#current);
  }

  get current(): Item | undefined {
    return this.#shown[this.at];
  }

  /** What is decided about: those that are marked, else the current one. */
  get chosen(): readonly Item[] {
    const marked = this.#shown.filter(({ row }) => this.#marks.has(idOf(row)));
    const { current } = this;
    return marked.length > 0 ? marked : current ? [current] : [];
  }

  get marks(): number {
    return this.#shown.filter(({ row }) => this.isMarked(row)).length;
  }

  isMarked(row: WaitingRow): boolean {
    return this.#marks.has(idOf(row));
  }

  find(row: WaitingRow): Item | undefined {
    return this.#items.find((item) => idOf(item.row) === idOf(row));
  }

  /** Takes what waits now. Gives those that were there and wait no more; they stay until they are told of. */
  update(rows: readonly WaitingRow[]): readonly WaitingRow[] {
    const now = new Map(rows.map((row) => [idOf(row), row]));
    const missing = this.#items.filter(({ row, gone }) => gone === undefined && !now.has(idOf(row)));
    const kept = this.#items.flatMap((item): readonly Item[] => {
      const row = now.get(idOf(item.row));
      now.delete(idOf(item.row));
      if (row && seenOf(row.call) !== seenOf(item.row.call)) this.#texts.delete(idOf(row));
      return row ? [{ row }] : [item];
    });
    this.#items = [...kept, ...Array.from(now.values(), (row) => ({ row }))];
    this.#refresh();
    return missing.map(({ row }) => row);
  }

  /** It waits no more, and this is why. */
  tell(row: WaitingRow, gone: string): void {
    this.#marks.delete(idOf(row));
    const items = this.#items.map((item) => (idOf(item.row) === idOf(row) ? { row: item.row, gone } : item));
    const over = items.filter((item) => item.gone !== undefined);
    const forgotten = new Set(over.slice(0, Math.max(0, over.length - mostGone)));
    this.#items = items.filter((item) => !forgotten.has(item));
    this.#refresh();
  }

  /** Takes it off the list. */
  remove(row: WaitingRow): void {
    this.#marks.delete(idOf(row));
    this.#texts.delete(idOf(row));
    const { at } = this;
    const wasCurrent = this.#current === idOf(row);
    this.#items = this.#items.filter((item) => idOf(item.row) !== idOf(row));
    this.#refresh();
    if (wasCurrent) this.goTo(at);
  }

  goTo(place: number): void {
    const item = this.#shown[Math.max(0, Math.min(place, this.#shown.length - 1))];
    this.#current = item && idOf(item.row);
  }

  mark(): void {
    const { current } = this;
    if (!current || current.gone !== undefined) return;
    const id = idOf(current.row);
    if (!this.#marks.delete(id)) this.#marks.add(id);
  }

  unmark(): void {
    this.#marks.clear();
  }

  /** Shows only those in whose text each of these words stands. */
  look(filter: string): void {
    this.#filter = filter;
    this.#refresh();
  }

  #refresh(): void {
    const { at } = this;
    const words = this.#filter.toLowerCase().split(/\s+/);
    this.#shown = this.#items.filter(({ row }) => {
      const text = words[0] === '' && words.length === 1 ? '' : this.#textOf(row);
      return words.every((word) => text.includes(word));
    });
    if (this.at === -1) this.goTo(Math.max(0, at));
  }

  #textOf(row: WaitingRow): string {
    const known = this.#texts.get(idOf(row));
    if (known !== undefined) return known;
    const { thread, call } = row;
    const parts = [call.name, thread.title ?? '', thread.thread, call.state];
    const text = `${visible(parts.join(' '))} ${visibleJson(call.input ?? call.arguments)}`.toLowerCase();
    this.#texts.set(idOf(row), text);
    return text;
  }
}

/** Names a call among all threads. */
export function idOf({ thread, call }: WaitingRow): string {
  return JSON.stringify([thread.thread, call.id]);
}

/** Names a call as it is shown: one that has changed since has another name. */
export function shownName(row: WaitingRow): string {
  return `${idOf(row)} ${seenOf(row.call)}`;
}
