import type { WaitingRow } from '../../store/store.ts';
import { visible } from '../../wire/plain-text.ts';
import { rowsOf } from '../columns.ts';
import { questionText } from '../question.ts';
import type { Style } from '../style.ts';
import { spanText } from '../time-text.ts';
import { shownName } from './inbox-list.ts';

/** How a page is laid out. */
export interface Layout {
  readonly width: number;
  /** Rows that there are for it. */
  readonly height: number;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds for which a page must have stood there before what is typed can count. */
const glance = 250;

/** Calls with nothing folded, to be read to their end (rule X5). */
export class CallPage {
  readonly #rows: readonly WaitingRow[];
  readonly #openedAt: number;
  #top = 0;
  #lines: readonly string[] = [];
  #height = 1;
  #hasSeenEnd = false;

  constructor(rows: readonly WaitingRow[], now: number) {
    this.#rows = rows;
    this.#openedAt = now;
  }

  get rows(): readonly WaitingRow[] {
    return this.#rows;
  }

  /** Whether all of it was on the screen, and for long enough to be looked at. */
  hasBeenSeen(now: number): boolean {
    return this.#hasSeenEnd && now - this.#openedAt >= glance;
  }

  get isMoreBelow(): boolean {
    return this.#top + this.#height < this.#lines.length;
  }

  /** Whether it shows these very calls, as they are now. */
  shows(rows: readonly WaitingRow[]): boolean {
    return rows.length === this.#rows.length && rows.every((row, at) => shownName(row) === shownName(this.#rows[at]!));
  }

  /** Goes up or down by so many rows, or by most of a screen. */
  scroll(by: number | 'page up' | 'page down'): void {
    const step = typeof by === 'number' ? by : Math.max(1, this.#height - 2) * (by === 'page up' ? -1 : 1);
    this.#top = Math.max(0, Math.min(this.#top + step, this.#lines.length - this.#height));
  }

  /** The part that is in view. */
  rowsIn(layout: Layout): readonly string[] {
    this.#lines = this.#rows.flatMap((row, index) => [
      ...(index > 0 ? [''] : []),
      ...callLines(row, layout, this.#placeOf(index)),
    ]);
    this.#height = layout.height;
    this.scroll(0);
    if (!this.isMoreBelow) this.#hasSeenEnd = true;
    return this.#lines.slice(this.#top, this.#top + this.#height);
  }

  #placeOf(index: number): string {
    return this.#rows.length > 1 ? `${index + 1} of ${this.#rows.length}` : '';
  }
}

function callLines({ thread, call, since }: WaitingRow, layout: Layout, place: string): readonly string[] {
  const { width, style, now } = layout;
  const title = thread.title === undefined ? '' : ` "${visible(thread.title)}"`;
  const head = `Thread ${visible(thread.thread)}${title}, waiting for ${spanText(now - since)}`;
  const { lines } = questionText({ call, place, all: true, width: width - 1, style, now });
  return [...rowsOf(head, width - 1).map((row) => style.dim(row)), ...lines];
}
