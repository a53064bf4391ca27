import type { ChatEvent } from '../../conversation/event.ts';
import type { LogPage, LogRow } from '../log.ts';

/** Who wrote a row: the holder while its model speaks, the holder with a commit, or somebody beside. */
export type RowKind = 'delta' | 'step' | 'aside';

/** A row, when it was written, and by which append. */
interface HeldRow extends LogRow {
  readonly kind: RowKind;
  readonly at: number;
}

/** The log of one thread, as JSON. */
export class HeldLog {
  /** The last event. */
  seq = 0;
  /** The last that is no delta. */
  committed = 0;
  /** Behind which deltas stand that no commit has taken. */
  #open: number | undefined;
  #rows: string[] = [];
  /** The last event of each append. */
  readonly #appended = new Map<string, number>();

  /** Where an append that is here already ended. */
  placeOf(append: string): number | undefined {
    return this.#appended.get(append);
  }

  add(events: readonly ChatEvent[], { kind, at, append }: Pick<HeldRow, 'kind' | 'at'> & { append: string }): void {
    const from = this.seq + 1;
    if (kind === 'delta') this.#open ??= this.seq;
    this.seq += events.length;
    if (kind !== 'delta' && events.length > 0) this.committed = this.seq;
    if (kind === 'step') this.#open = undefined;
    this.#appended.set(append, this.seq);
    if (events.length > 0) this.#rows.push(JSON.stringify({ from, to: this.seq, events, kind, at } satisfies HeldRow));
  }

  /** What stands behind an event, but no deltas. */
  behind(seen: number): readonly ChatEvent[] {
    return this.#all.filter(({ to, kind }) => to > seen && kind !== 'delta').flatMap(({ events }) => events);
  }

  /** Deltas that no commit has taken. */
  get deltas(): readonly ChatEvent[] {
    const open = this.#open;
    if (open === undefined) return [];
    return this.#all.filter(({ to, kind }) => to > open && kind === 'delta').flatMap(({ events }) => events);
  }

  page(after: number, limit: number): LogPage {
    const rows = this.#all.filter(({ to }) => to > after).slice(0, limit);
    return { rows: rows.map(({ from, to, events }) => ({ from, to, events })), seq: this.seq };
  }

  /** Drops the deltas whose place a commit took before a time; false when there were none. */
  compact(before: number): boolean {
    const taken = this.#all.findLast(({ kind, at }) => kind === 'step' && at <= before)?.to ?? 0;
    const rows = this.#rows.length;
    this.#rows = this.#rows.filter((text) => {
      const { kind, to } = JSON.parse(text) as HeldRow;
      return kind !== 'delta' || to > taken;
    });
    return this.#rows.length < rows;
  }

  get #all(): readonly HeldRow[] {
    return this.#rows.map((text) => JSON.parse(text) as HeldRow);
  }
}
