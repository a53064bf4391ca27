import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { RawBuilder } from 'kysely';
import { notary } from '../audit/notary.ts';
import type { Database } from '../sql/database.ts';
import { migrationTable } from '../sql/migrations.ts';
import type { Tables } from '../sql/schema.ts';
import { slot } from '../sql/slot.ts';
import { payloadOf, payloadsOf } from './payload.ts';

/** It stands still during a statement, so that an index may be used. */
const now = sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`;

/** The dialect of Postgres, with tables in a schema of their own. */
export function postgresDatabase(schema: string, auditSecret?: string): Database {
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
    notary: notary(auditSecret),
    tables,
    // Compared byte by byte, wherever the database was made.
    text: sql`text collate "C"`,
    bytes: sql`bytea`,
    locks: true,
    lock: [
      CompiledQuery.raw('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`yourcall ${schema}`]),
      tables.schema.createSchema(schema).ifNotExists().compile(),
      migrationTable(tables).compile(),
    ],
    hasMigrations: CompiledQuery.raw('select 1 as found where to_regclass($1) is not null', [table]),
    now,
    isPrimary: sql<number>`(not pg_is_in_recovery())::int`,
    // Microseconds: two changes at once may have one number, and one may be committed before another with a smaller one.
    change: sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`,
    inOrder: sql``,
    each: (json) => sql`json_array_elements(${json}::json)`,
    tell: (keyOf, wakes = false) => {
      const payload = slot<string>((values: never) => payloadOf(keyOf(values)));
      return wakes ? sql`pg_notify(${channel}, ${withWake(payload)})` : sql`pg_notify(${channel}, ${payload})`;
    },
    tellDeltas: (keys) =>
      payloadsOf(keys).map((payload) => CompiledQuery.raw('select pg_notify($1, $2)', [channel, payload])),
  };
}

/** Adds when the row says that the thread is due, and the time, within the statement that finds out. What was too long stays it. */
function withWake(payload: RawBuilder<string>): RawBuilder<string> {
  return sql`rtrim(${payload}, ']') || coalesce(',' || wake_at || ',' || ${now}, '') || ']'`;
}

/** Where changes are told. */
export function channelOf(schema: string): string {
  return `yourcall_${schema}`;
}
