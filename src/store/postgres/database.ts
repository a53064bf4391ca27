import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { Database } from '../sql/database.ts';
import { migrationTable } from '../sql/migrations.ts';
import type { Tables } from '../sql/schema.ts';
import { slot } from '../sql/slot.ts';
import type { ThreadKey } from '../thread.ts';

/** Longer payloads are refused by Postgres, and the transaction with them. */
const longestPayload = 7_000;

/** The dialect of Postgres, with tables in a schema of their own. */
export function postgresDatabase(schema: string): Database {
  const tables = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }).withSchema(schema);
  const channel = channelOf(schema);
  const table = `${JSON.stringify(schema)}.migration`;
  return {
    tables,
    // Compared byte by byte, wherever the database was made.
    text: sql`text collate "C"`,
    locks: true,
    lock: [
      CompiledQuery.raw('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`yourcall ${schema}`]),
      tables.schema.createSchema(schema).ifNotExists().compile(),
      migrationTable(tables).compile(),
    ],
    hasMigrations: CompiledQuery.raw('select 1 as found where to_regclass($1) is not null', [table]),
    // It stands still during a statement, so that an index may be used.
    now: sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`,
    // Microseconds: two changes at once may have one number, and one may be committed before another with a smaller one.
    change: sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`,
    inOrder: sql``,
    tell: (keyOf) => sql`pg_notify(${channel}, ${slot((values: never) => payloadOf(keyOf(values)))})`,
  };
}

/** Where changes are told. */
export function channelOf(schema: string): string {
  return `yourcall_${schema}`;
}

/** The thread that a payload names; nothing when it was too long to be named. */
export function keyIn(payload: string): ThreadKey | undefined {
  if (payload === '') return undefined;
  const [tenant, thread] = JSON.parse(payload) as [string, string];
  return { tenant, thread };
}

function payloadOf({ tenant, thread }: ThreadKey): string {
  const payload = JSON.stringify([tenant, thread]);
  return Buffer.byteLength(payload) > longestPayload ? '' : payload;
}
