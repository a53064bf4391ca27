import type { Compilable, Kysely } from 'kysely';
import { ChatError } from '../../conversation/error.ts';
import type { Database } from './database.ts';
import { tables as firstTables } from './migrations/0001-tables.ts';
import { family } from './migrations/0002-family.ts';
import { stalls } from './migrations/0003-stalls.ts';
import { grants } from './migrations/0004-grants.ts';
import { lists } from './migrations/0006-lists.ts';
import { notices } from './migrations/0005-notices.ts';
import type { Tables } from './schema.ts';
import { first, run } from './transaction.ts';
import type { Transaction } from './transaction.ts';

/** Steps from nothing to the newest tables: the first makes version 1. They only go forward, and take nothing away but indexes (rule S8). */
export const migrations: readonly ((database: Database) => readonly Compilable[])[] = [
  firstTables,
  family,
  stalls,
  grants,
  notices,
  lists,
];

/** Which version the tables have; 0 when there are none. */
export function* storedVersion({ tables, hasMigrations }: Database): Transaction<number> {
  const [table] = yield hasMigrations;
  if (table === undefined) return 0;
  const newest = yield* first(tables.selectFrom('migration').select('version').orderBy('version', 'desc').limit(1));
  return newest?.version ?? 0;
}

/** The same. Throws when they are newer than this release. */
export function* versionOf(database: Database, known: number = migrations.length): Transaction<number> {
  const version = yield* storedVersion(database);
  if (version > known) {
    throw new ChatError(
      'format',
      `Opening the store: its tables have version ${version}, and this release of yourcall knows versions up to ${known}: use a newer one.`,
    );
  }
  return version;
}

/** Brings the tables to the newest version. Of many processes that open the store at once one does it. */
export function* migrate(database: Database, steps: typeof migrations = migrations): Transaction<void> {
  for (const query of database.lock) yield query;
  const version = yield* versionOf(database, steps.length);
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    yield* run(...step(database));
    const row = { version: index + 1, at: database.now };
    yield* run(database.tables.insertInto('migration').values(row));
  }
}

/** The table that says which migrations were made. */
export function migrationTable(tables: Kysely<Tables>): Compilable {
  return tables.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('version', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull());
}
