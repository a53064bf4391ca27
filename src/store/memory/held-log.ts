import type { ChatEvent } from '../../conversation/event.ts';
import type { LogPage, LogRow } from '../log.ts';

/** Who wrote a row: the holder while its model speaks, the holder with a commit, or somebody beside. */
export type RowKind = 'delta' | 'step' | 'aside';

/** A row, and when it was written; its events as JSON. */
interface HeldRow extends Omit<LogRow, 'events'> {
  readonly json: string;
  readonly kind: RowKind;
  readonly at: number;
}

/** The log of one thread. */
export class HeldLog {
  /** The last event. */
  seq = 0;
  /** The last that is no delta. */
  committed = 0;
  /** Behind which deltas stand that no commit has taken. */
  #open: number | undefined;
  #rows: HeldRow[] = [];
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
    if (events.length > 0) this.#rows.push({ from, to: this.seq, json: JSON.stringify(events), kind, at });
  }

  /** What stands behind an event, but no deltas. */
  behind(seen: number): readonly ChatEvent[] {
    return this.#rows.filter(({ to, kind }) => to > seen && kind !== 'delta').flatMap(eventsOf);
  }

  /** Deltas that no commit has taken. */
  get deltas(): readonly ChatEvent[] {
    const open = this.#open;
    if (open === undefined) return [];
    return this.#rows.filter(({ to, kind }) => to > open && kind === 'delta').flatMap(eventsOf);
  }

  page(after: number, limit: number): LogPage {
    const rows = this.#rows.filter(({ to }) => to > after).slice(0, limit);
    return { rows: rows.map((row) => ({ from: row.from, to: row.to, events: eventsOf(row) })), seq: this.seq };
  }

  /** Drops the deltas whose place a commit took before a time; false when there were none. */
  compact(before: number): boolean {
    const taken = this.#rows.findLast(({ kind, at }) => kind === 'step' && at <= before)?.to ?? 0;
    const rows = this.#rows.length;
    this.#rows = this.#rows.filter(({ kind, to }) => kind !== 'delta' || to > taken);
    return this.#rows.length < rows;
  }
}

function eventsOf({ json }: HeldRow): readonly ChatEvent[] {
  return JSON.parse(json) as readonly ChatEvent[];
}
