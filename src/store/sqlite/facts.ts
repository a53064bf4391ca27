import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { tableFacts, threadFacts } from '../sql/facts.ts';
import type { TableFacts, ThreadFacts } from '../sql/facts.ts';
import type { Transaction } from '../sql/transaction.ts';
import { Connection } from './connection.ts';
import { sqliteDatabase } from './database.ts';

/** What is to be known of a file that keeps threads. */
export interface SqliteFacts {
  readonly version: string;
  readonly journal: string;
  /** Whether this user may write to the file, and beside it. */
  readonly isWritable: boolean;
  /** The kind of network share on which it lies, if it lies on one that is known. */
  readonly share: string | undefined;
  readonly tables: TableFacts;
  /** Absent where the tables are of another version. */
  readonly threads: ThreadFacts | undefined;
}

/** Looks at a file without changing it. Throws what SQLite throws when it is no database. */
export function sqliteFacts(path: string): SqliteFacts {
  const connection = new Connection(new DatabaseSync(path, { readOnly: true, timeout: 1_000 }));
  try {
    const facts = connection.play('begin', factsWithin());
    return { ...facts, isWritable: mayWrite(path), share: shares.get(statfsSync(path).type) };
  } finally {
    connection.close();
  }
}

function* factsWithin(): Transaction<Omit<SqliteFacts, 'isWritable' | 'share'>> {
  const database = sqliteDatabase(Date.now);
  const [{ version }] = (yield CompiledQuery.raw('select sqlite_version() as version')) as [{ version: string }];
  const [{ journal }] = (yield CompiledQuery.raw('select journal_mode as journal from pragma_journal_mode')) as [
    { journal: string },
  ];
  const tables = yield* tableFacts(database);
  const threads = tables.version === tables.known ? yield* threadFacts(database) : undefined;
  return { version, journal, tables, threads };
}

/** Kinds of file systems as Linux numbers them, on which the locks of SQLite do not hold. */
const shares: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
]);

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    // The log and its index stand beside it.
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
