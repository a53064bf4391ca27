import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, begin, key, word } from '../../testing/store/case.ts';
import type { Store } from '../store.ts';
import { postgresStore } from './index.ts';
import type { PostgresClient, PostgresQuery } from './pool.ts';

const server = usePostgres();

const ids = async (store: Store): Promise<readonly string[] | undefined> =>
  (await store.load(key))?.messages.map(({ id }) => id);

test('a connection has each statement planned once', async () => {
  const seen = new Map<string, Set<string>>();
  const { store, end } = over(async ({ query, pass }) => {
    if (query.name !== undefined) seen.set(query.name, (seen.get(query.name) ?? new Set()).add(query.text));
    return pass();
  });
  await begin(store);
  for (const id of ['m1', 'm2', 'm3']) await append(store, [word(id)]);
  expect(await ids(store)).toEqual(['m1', 'm2', 'm3']);
  // Nothing else has this name, however long it is.
  expect([...seen.values()].every((texts) => texts.size === 1)).toBe(true);
  expect([...seen.values()].some((texts) => [...texts].some((text) => text.startsWith('insert')))).toBe(true);
  await end();
});

test('behind a pooler that hands out another connection each time statements go without names', async () => {
  let named = 0;
  // As such a pooler looks from here: what this connection should know, it does not know.
  const { store, end } = over(async ({ client, query, pass }) => {
    if (query.name === undefined) return pass();
    named += 1;
    await client.query({ text: 'deallocate all' });
    return pass();
  });
  await begin(store);
  for (let i = 1; i <= 20; i += 1) expect(await append(store, [word(`m${i}`)])).toEqual({ type: 'appended', seq: i });
  expect(await ids(store)).toHaveLength(20);
  const until = named;
  expect(until).toBeGreaterThan(0);
  await append(store, [word('last')]);
  expect(named).toBe(until);
  await end();
});

test('a column that a newer release adds meanwhile is no trouble (S8)', async () => {
  const { store, schema, end } = over(({ pass }) => pass());
  await begin(store);
  for (const id of ['m1', 'm2']) await append(store, [word(id)]);
  await server.pool.query(`alter table ${schema}.thread add column later bigint`);
  expect(await append(store, [word('m3')])).toEqual({ type: 'appended', seq: 3 });
  expect(await ids(store)).toEqual(['m1', 'm2', 'm3']);
  await end();
});

/** A query that somebody plays; `pass` hands it on. */
interface Played {
  readonly client: Pick<PostgresClient, 'query'>;
  readonly query: PostgresQuery;
  readonly pass: () => Promise<{ readonly rows: unknown[] }>;
}

let schemas = 0;

/** A store in a schema of its own, all whose queries are played by somebody. */
function over(play: (played: Played) => Promise<{ readonly rows: unknown[] }>): {
  readonly store: Store;
  readonly schema: string;
  end(): Promise<void>;
} {
  const pool = new Pool({ connectionString: server.connectionString });
  const schema = `statements_${(schemas += 1)}`;
  pool.on('connect', (client: PostgresClient) => {
    const bare = { query: client.query.bind(client) };
    client.query = (query) => play({ client: bare, query, pass: () => bare.query(query) });
  });
  const store = postgresStore({ pool }, { schema });
  return {
    store,
    schema,
    end: async () => {
      await store.close();
      await pool.end();
    },
  };
}
