import { sql } from 'kysely';
import type { Compilable, RawBuilder } from 'kysely';
import type { ChatEvent } from '../../conversation/event.ts';
import type { LogPage, LogPlace, LogRow } from '../log.ts';
import type { Database } from './database.ts';
import { itemsOf, numberIn, textIn } from './items.ts';
import type { EventTable } from './schema.ts';
import { shape } from './shape.ts';
import { all } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Places in logs, and how many rows of each are read at most. */
interface Asked {
  readonly places: readonly LogPlace[];
  readonly limit: number;
}

/** Events behind places in several logs. */
export function* read(database: Database, asked: Asked): Transaction<readonly (LogPage | undefined)[]> {
  const found = new Map<number, { readonly rows: LogRow[]; readonly seq: number }>();
  for (const { place, seq, from, to, json } of yield* all(rowsBehind(database, asked))) {
    const page = found.get(place) ?? { rows: [], seq };
    found.set(place, page);
    if (json !== null) page.rows.push({ from, to, events: JSON.parse(json) as readonly ChatEvent[] });
  }
  return asked.places.map((_, place) => found.get(place));
}

/** What others have appended behind an event, but no deltas. */
export function* eventsBehind(database: Database, place: LogPlace): Transaction<readonly ChatEvent[]> {
  return eventsOf(yield* all(committedBehind(database, place)));
}

/** Deltas that no commit has taken. */
export function* deltasBehind(database: Database, place: LogPlace): Transaction<readonly ChatEvent[]> {
  return eventsOf(yield* all(deltaRowsBehind(database, place)));
}

interface Row {
  readonly place: number;
  readonly seq: number;
  readonly from: number;
  readonly to: number;
  /** Nothing in the one row of a thread that has none. */
  readonly json: string | null;
}

/**
 * One statement for all of them, so that they are read at one moment (rule S5); an append without events left nothing to
 * read.
 */
const rowsBehind = shape<Asked, Row>(
  (database, value) =>
    database.tables
      .selectFrom(itemsOf(database, value(jsonOf)))
      .innerJoin('thread', (join) =>
        join.on('thread.tenant', '=', textIn('tenant')).on('thread.id', '=', textIn('thread')),
      )
      .leftJoin('event', (join) =>
        join
          .onRef('event.tenant', '=', 'thread.tenant')
          .onRef('event.thread', '=', 'thread.id')
          .on('event.seq_to', '>', numberIn('after'))
          .on(
            'event.seq_to',
            '<=',
            lastOf(
              database,
              value(({ limit }) => limit - 1),
            ),
          )
          .on(sql<boolean>`event.seq_from <= event.seq_to`),
      )
      .select(['thread.seq', 'event.seq_from as from', 'event.seq_to as to', 'event.json'])
      .select(numberIn('place').as('place'))
      .orderBy('place')
      .orderBy('event.seq_to') as Compilable<Row>,
);

function jsonOf({ places }: Asked): string {
  return JSON.stringify(places.map((one, place) => ({ ...one, place })));
}

/** The last row of a page: so many behind the first, or the last of all. */
function lastOf({ tables }: Database, further: RawBuilder<number>): RawBuilder<number> {
  const last = tables
    .selectFrom('event as last')
    .select('last.seq_to')
    .where('last.tenant', '=', sql.ref<string>('thread.tenant'))
    .where('last.thread', '=', sql.ref<string>('thread.id'))
    .where('last.seq_to', '>', numberIn('after'))
    .where(sql<boolean>`last.seq_from <= last.seq_to`)
    .orderBy('last.seq_to')
    .limit(1)
    .offset(further);
  return sql<number>`coalesce(${last}, ${sql.lit(Number.MAX_SAFE_INTEGER)})`;
}

const committedBehind = behind('<>');

const deltaRowsBehind = behind('=');

function behind(isDelta: '=' | '<>') {
  return shape<LogPlace, Pick<EventTable, 'json'>>(({ tables }, value) =>
    tables
      .selectFrom('event')
      .select('json')
      .where('tenant', '=', value('tenant'))
      .where('thread', '=', value('thread'))
      .where('seq_to', '>', value('after'))
      .where('kind', isDelta, 'delta')
      .orderBy('seq_to'),
  );
}

function eventsOf(rows: readonly Pick<EventTable, 'json'>[]): readonly ChatEvent[] {
  return rows.flatMap(({ json }) => JSON.parse(json) as readonly ChatEvent[]);
}
