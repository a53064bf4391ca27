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
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';

/** Longer payloads are refused by Postgres, and the transaction with them. */
const longestPayload = 7_000;

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

/** What a payload tells: of which threads, and what of them; of one also when it is due. */
export interface Told {
  readonly keys: readonly ThreadKey[];
  readonly news: News;
  readonly wake?: Wake;
}

/** What a payload tells. Nothing when it was too long to be told. */
export function newsIn(payload: string): Told | undefined {
  if (!payload.startsWith('[')) return undefined;
  const told = JSON.parse(payload) as Named | readonly Named[];
  const keyOf = ([tenant, thread]: Named): ThreadKey => ({ tenant, thread });
  if (!isOne(told)) return { keys: told.map(keyOf), news: 'deltas' };
  const [, , notBefore, now] = told;
  const key = keyOf(told);
  const wake = notBefore !== undefined && now !== undefined && { wake: { ...key, notBefore, now } };
  return { keys: [key], news: 'events', ...wake };
}

/** A thread in a payload: alone it has changed, in a list it has deltas. */
type Named = readonly [tenant: string, thread: string, notBefore?: number, now?: number];

function isOne(told: Named | readonly Named[]): told is Named {
  return typeof told[0] === 'string';
}

function payloadOf({ tenant, thread }: ThreadKey): string {
  const payload = JSON.stringify([tenant, thread]);
  return Buffer.byteLength(payload) > longestPayload ? '' : payload;
}

/** As few as can be. What is too long to be told is found by whoever looks. */
function payloadsOf(keys: readonly ThreadKey[]): readonly string[] {
  const payloads: string[] = [];
  for (const key of keys) {
    const one = payloadOf(key);
    if (one === '') continue;
    const last = payloads.at(-1);
    const longer = last === undefined ? '' : `${last.slice(0, -1)},${one}]`;
    if (last !== undefined && Buffer.byteLength(longer) <= longestPayload) payloads[payloads.length - 1] = longer;
    else payloads.push(`[${one}]`);
  }
  return payloads;
}
