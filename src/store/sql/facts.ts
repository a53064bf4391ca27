import { sql } from 'kysely';
import type { Database } from './database.ts';
import { migrations, storedVersion } from './migrations.ts';
import { dayLong } from './stalls.ts';
import { first } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** What is to be known of all threads of a database, whoever's they are. */
export interface ThreadFacts {
  /** Threads that stopped because whoever took them over died. */
  readonly poisoned: number;
  /** Calls in doubt. */
  readonly inDoubt: number;
  /** Threads whose holder's lease has been over for a minute. */
  readonly lapsed: number;
  /** Threads that nobody has although they have been due for a minute. */
  readonly overdue: number;
  /** For how long the first of these has waited, in milliseconds. */
  readonly waited: number;
  /** Processes whose event loop stood still within a day (rule E9). */
  readonly stalls: number;
  /** How long the longest of these, in milliseconds. */
  readonly stalled: number;
}

/** Which version the tables have, and which this release makes; 0 when there are none. */
export interface TableFacts {
  readonly version: number;
  readonly known: number;
}

/** Counts them, in one query. */
export function* threadFacts({ tables, now }: Database): Transaction<ThreadFacts> {
  const dueAt = sql<number>`coalesce(lease_until, wake_at)`;
  const threads = tables.selectFrom('thread').where('archived_at', 'is', null);
  const late = threads.where(sql<boolean>`${dueAt} < ${now} - 60000`);
  const poisoned = threads.where('status', '=', 'failed').where('error', '=', 'poisoned');
  const inDoubt = tables.selectFrom('tool_call').where('since', 'is not', null).where('state', '=', 'in-doubt');
  const stalls = tables.selectFrom('stall').where(sql<boolean>`at > ${now} - ${sql.lit(dayLong)}`);
  const many = sql<number>`count(*)`.as('many');
  const facts = yield* first(
    tables.selectNoFrom([
      poisoned.select(many).as('poisoned'),
      inDoubt.select(many).as('inDoubt'),
      late.where('lease_until', 'is not', null).select(many).as('lapsed'),
      late.where('lease_until', 'is', null).select(many).as('overdue'),
      late.select(sql<number | null>`${now} - min(${dueAt})`.as('waited')).as('waited'),
      stalls.select(many).as('stalls'),
      stalls.select(sql<number | null>`max(length)`.as('stalled')).as('stalled'),
    ]),
  );
  return { ...(facts as ThreadFacts), waited: facts?.waited ?? 0, stalled: facts?.stalled ?? 0 };
}

/** Looks at the tables, and makes none. */
export function* tableFacts(database: Database): Transaction<TableFacts> {
  return { version: yield* storedVersion(database), known: migrations.length };
}
