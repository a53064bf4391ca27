import { accessSync, constants, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checked, isWake } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import { tableFacts, threadFacts } from '../sql/facts.ts';
import type { TableFacts, ThreadFacts } from '../sql/facts.ts';
import { Connection } from './connection.ts';
import { sqliteDatabase } from './database.ts';

/** What is to be known of a file that keeps threads. */
export interface SqliteFacts {
  readonly version: string;
  readonly bytes: number;
  /** Whether this user may write to the file, and beside it. */
  readonly isWritable: boolean;
  /** The kind of network share on which it lies, if it lies on one. */
  readonly share: string | undefined;
  readonly journal: string;
  /** How the store writes to it: 2 when every state is on the disk before anything goes on; not known in another journal. */
  readonly synchronous: number | undefined;
  readonly tables: TableFacts;
  /** Absent where the tables are of another version. */
  readonly threads: ThreadFacts | undefined;
}

/** Looks at a file without changing it. Throws what SQLite throws when it is no database. */
export function sqliteFacts(path: string): SqliteFacts {
  const file = new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
  try {
    const pragma = (name: string): unknown => Object.values(file.prepare(`pragma ${name}`).get() ?? {})[0];
    const database = sqliteDatabase(Date.now);
    const journal = String(pragma('journal_mode'));
    const isWritable = mayWrite(path);
    const tables = played(file, tableFacts(database));
    return {
      version: String(file.prepare('select sqlite_version() as version').get()?.['version']),
      bytes: statSync(path).size,
      isWritable,
      share: shares.get(statfsSync(path).type),
      journal,
      synchronous: journal === 'wal' && isWritable ? synchronousOf(path) : undefined,
      tables,
      threads: tables.version === tables.known ? played(file, threadFacts(database)) : undefined,
    };
  } finally {
    file.close();
  }
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

/** As a connection of the store has it: only opened where that changes nothing. */
function synchronousOf(path: string): number {
  const connection = new Connection(path);
  try {
    return connection.synchronous;
  } finally {
    connection.close();
  }
}

function played<Answer>(file: DatabaseSync, transaction: Transaction<Answer>): Answer {
  let step = transaction.next([]);
  while (!step.done) {
    if (isWake(step.value)) throw new Error('Looking at a file: a look wakes nobody.');
    step = transaction.next(file.prepare(step.value.sql).all(...checked(step.value.parameters)));
  }
  return step.value;
}
