import { tableFacts, threadFacts } from '../sql/facts.ts';
import type { TableFacts, ThreadFacts } from '../sql/facts.ts';
import type { Transaction } from '../sql/transaction.ts';
import { postgresDatabase } from './database.ts';
import { isComplete } from './encoding.ts';
import { hearsItself } from './hear.ts';
import { openPool, withClient } from './pool.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';
import { play, run } from './session.ts';
import { Statements } from './statements.ts';

/** What is to be known of a database that keeps threads. */
export interface PostgresFacts {
  readonly version: string;
  /** In milliseconds, there and back. */
  readonly answersIn: number;
  readonly isReplica: boolean;
  readonly fsync: string;
  readonly fullPageWrites: string;
  /** Its encoding, where that lacks characters. */
  readonly lacking: string | undefined;
  readonly standbys: readonly StandbyFacts[];
  /** Whether NOTIFY comes through; not known on a replica, where nobody may listen. */
  readonly notifies: boolean | undefined;
  /** How far its clock is ahead of this machine's, in milliseconds, and how wrong that may be. */
  readonly clock: { readonly ahead: number; readonly error: number };
  readonly tables: TableFacts;
  /** Absent where the tables are of another version. */
  readonly threads: ThreadFacts | undefined;
}

/** A server that repeats what this one does. */
export interface StandbyFacts {
  readonly name: string;
  /** `async`, `potential`, `sync` or `quorum`; null where this user may not see it. */
  readonly synchronous: string | null;
}

/** Where the database is. */
export interface PostgresAddress {
  readonly connectionString: string;
  /** Default: `yourcall`. */
  readonly schema?: string;
}

/** Looks at a database without changing it. Throws what `pg` throws when it cannot be reached. */
export async function postgresFacts({
  connectionString,
  schema = 'yourcall',
}: PostgresAddress): Promise<PostgresFacts> {
  const { pool, close } = await openPool(connectionString);
  try {
    const server = await withClient(pool, serverFacts);
    const database = postgresDatabase(schema);
    const statements = new Statements();
    const look = <Answer>(transaction: Transaction<Answer>): Promise<Answer> =>
      withClient(pool, (client) => play({ client, statements, how: 'read' }, transaction));
    const tables = await look(tableFacts(database));
    return {
      ...server,
      notifies: server.isReplica ? undefined : await notifies(pool),
      tables,
      threads: tables.version === tables.known ? await look(threadFacts(database)) : undefined,
    };
  } finally {
    await close();
  }
}

async function serverFacts(client: PostgresClient): Promise<Omit<PostgresFacts, 'notifies' | 'tables' | 'threads'>> {
  const before = Date.now();
  const [answer] = (await run(client, questions)) as readonly Answered[];
  const answersIn = Date.now() - before;
  const {
    now,
    in_recovery: isReplica,
    version,
    fsync,
    full_page_writes: fullPageWrites,
    server_encoding: encoding,
  } = answer!;
  return {
    version,
    answersIn,
    isReplica: isReplica === 1,
    fsync,
    fullPageWrites,
    lacking: isComplete(encoding) ? undefined : encoding,
    standbys: (await run(client, standbys)) as readonly StandbyFacts[],
    clock: { ahead: Math.round(now - (before + answersIn / 2)), error: Math.ceil(answersIn / 2) },
  };
}

interface Answered {
  readonly now: number;
  readonly in_recovery: number;
  readonly version: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly server_encoding: string;
}

const settings = ['fsync', 'full_page_writes', 'server_encoding'];
const questions = `select (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
  pg_is_in_recovery()::int as in_recovery, current_setting('server_version') as version,
  ${settings.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`;

/** Those that repeat the whole server: a subscriber of a few tables is nothing to fail over to. */
const standbys = `select coalesce(nullif(application_name, ''), client_addr::text, 'pid ' || one.pid) as name,
  one.sync_state as synchronous
  from pg_stat_replication as one left join pg_replication_slots as slot on slot.active_pid = one.pid
  where coalesce(slot.slot_type, 'physical') = 'physical' order by one.pid`;

async function notifies(pool: PostgresPool): Promise<boolean> {
  const channel = `yourcall_doctor_${crypto.randomUUID().replaceAll('-', '')}`;
  return withClient(pool, async (client) => {
    await run(client, `listen ${channel}`);
    const isHeard = await hearsItself(client, pool, channel);
    await run(client, `unlisten ${channel}`);
    return isHeard;
  });
}
