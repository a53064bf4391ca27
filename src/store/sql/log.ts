import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import type { ChatEvent } from '../../conversation/event.ts';
import type { LogPage, LogRow } from '../store.ts';
import type { ThreadKey } from '../thread.ts';
import type { Database } from './database.ts';
import { all, first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** A piece of the log. */
export interface LogPlace extends ThreadKey {
  readonly after: number;
  /** Rows. Default: all. */
  readonly limit?: number;
}

/** Events behind a place in the log. */
export function* read(database: Database, place: LogPlace): Transaction<LogPage | undefined> {
  const thread = yield* first(
    database.tables
      .selectFrom('thread')
      .select('seq')
      .where('tenant', '=', place.tenant)
      .where('id', '=', place.thread),
  );
  if (!thread) return undefined;
  return { rows: yield* rowsBehind(database, place), seq: thread.seq };
}

/** The rows behind a place; an append without events left none to read. */
export function* rowsBehind({ tables }: Database, place: LogPlace): Transaction<readonly LogRow[]> {
  const rows: Compilable<StoredRow> = tables
    .selectFrom('event')
    .select(['seq_from', 'seq_to', 'json'])
    .where('tenant', '=', place.tenant)
    .where('thread', '=', place.thread)
    .where('seq_to', '>', place.after)
    .where(sql<boolean>`seq_from <= seq_to`)
    .orderBy('seq_to')
    .$if(place.limit !== undefined, (query) => query.limit(place.limit!));
  return (yield* all(rows)).map(({ seq_from, seq_to, json }) => ({
    from: seq_from,
    to: seq_to,
    events: JSON.parse(json) as readonly ChatEvent[],
  }));
}

interface StoredRow {
  readonly seq_from: number;
  readonly seq_to: number;
  readonly json: string;
}
