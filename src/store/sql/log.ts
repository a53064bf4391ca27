import { sql } from 'kysely';
import type { Compilable, RawBuilder } from 'kysely';
import type { ChatEvent } from '../../conversation/event.ts';
import type { LogPage, LogPlace, LogRow } from '../log.ts';
import type { Database } from './database.ts';
import { eventsIn } from './events-text.ts';
import { itemsOf, numberIn, textIn } from './items.ts';
import type { EventTable } from './schema.ts';
import { shape } from './shape.ts';
import { all, isStorable } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Places in logs, and how many rows of each are read at most. */
interface Asked {
  readonly places: readonly LogPlace[];
  readonly limit: number;
}

/** Events behind places in several logs. */
export function* read(database: Database, asked: Asked): Transaction<readonly (LogPage | undefined)[]> {
  const found = yield* all(pagesBehind(database, asked));
  const pages = new Map(found.map(({ place, seq, rows }) => [place, { rows: rowsOf(rows), seq }]));
  return asked.places.map((_, place) => pages.get(place));
}

/** What others have appended behind an event, but no deltas. */
export function* eventsBehind(database: Database, place: LogPlace): Transaction<readonly ChatEvent[]> {
  return eventsOf(yield* all(committedBehind(database, place)));
}

/** Deltas that no commit has taken. */
export function* deltasBehind(database: Database, place: LogPlace): Transaction<readonly ChatEvent[]> {
  return eventsOf(yield* all(deltaRowsBehind(database, place)));
}

interface PageRow {
  readonly place: number;
  readonly seq: number;
  /** `[from,to,[event,…]],…`; nothing where there are none. */
  readonly rows: string | null;
}

/**
 * One statement for all of them, so that they are read at one moment (rule S5). Each page is a subquery with a limit of its
 * own: joined, a log would be read from its beginning wherever statistics know short logs alone.
 */
const pagesBehind = shape<Asked, PageRow>(
  (database, value) =>
    database.tables
      .selectFrom(itemsOf(database, value(jsonOf)))
      .innerJoin('thread', (join) =>
        join.on('thread.tenant', '=', textIn('tenant')).on('thread.id', '=', textIn('thread')),
      )
      .select('thread.seq')
      .select(numberIn('place').as('place'))
      .select(
        pageOf(
          database,
          value(({ limit }) => limit),
        ).as('rows'),
      ) as Compilable<PageRow>,
);

function jsonOf({ places }: Asked): string {
  const numbered = places.map((one, place) => ({ ...one, place }));
  // What no database can hold is the id of no thread, and must not keep the others from being read (rule E6).
  return JSON.stringify(numbered.filter(({ tenant, thread }) => isStorable(tenant) && isStorable(thread)));
}

/** An append without events left nothing to read. */
function pageOf({ tables }: Database, limit: RawBuilder<number>): RawBuilder<string | null> {
  const rows = tables
    .selectFrom('event')
    .select(['seq_from', 'seq_to', 'json'])
    .where('event.tenant', '=', sql.ref<string>('thread.tenant'))
    .where('event.thread', '=', sql.ref<string>('thread.id'))
    .where('seq_to', '>', numberIn('after'))
    .where(sql<boolean>`seq_from <= seq_to`)
    .orderBy('seq_to')
    .limit(limit);
  const row = sql`'[' || page.seq_from || ',' || page.seq_to || ',' || page.json || ']'`;
  return sql`(select string_agg(${row}, ',' order by page.seq_to) from ${rows.as('page')})`;
}

function rowsOf(text: string | null): readonly LogRow[] {
  const rows = JSON.parse(`[${text ?? ''}]`) as readonly (readonly [number, number, readonly ChatEvent[]])[];
  return rows.map(([from, to, events]) => ({ from, to, events: eventsIn(events) }));
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
  return rows.flatMap(({ json }) => eventsIn(JSON.parse(json) as readonly ChatEvent[]));
}
