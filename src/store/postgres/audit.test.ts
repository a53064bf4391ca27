import { describe, expect, test, vi } from 'vitest';
import { auditSecret, check, forged, fourDecisions } from '../../../test/audit/four-decisions.ts';
import { tamperings } from '../../../test/audit/tampering.ts';
import { usePostgres } from '../../../test/postgres/use.ts';
import { audit as yourcallAudit } from '../../cli/audit/audit.ts';
import { append, asking, key, rejection } from '../../testing/store/case.ts';
import { textOf } from '../audit/chain.ts';
import type { Store } from '../store.ts';
import { postgresStore } from './index.ts';

const server = usePostgres();

let schemas = 0;

async function recorded(): Promise<{ readonly schema: string; readonly store: Store }> {
  schemas += 1;
  const schema = `audit_${schemas}`;
  const store = postgresStore({ connectionString: server.connectionString }, { schema, auditSecret });
  await fourDecisions(store);
  return { schema, store };
}

describe('a database that somebody has changed (S7)', () => {
  test.each(tamperings)('$what', async ({ statements, found }) => {
    const { schema, store } = await recorded();
    expect(await check(store)).toEqual({ trails: 1, entries: 4 });
    for (const statement of statements((name) => `${schema}.${name}`)) {
      expect((await server.pool.query(statement)).rowCount).toBeGreaterThan(0);
    }
    expect((await check(store)).broken).toMatchObject({ ...key, ...found });
    await store.close();
  });

  test('the trail is written anew without the secret', async () => {
    const { schema, store } = await recorded();
    const { entries, end } = await forged(store);
    for (const { at, decided, salt, who, digest, link, place } of entries) {
      const columns = 'json = $1, salt = $2, who = $3, digest = $4, link = $5, at = $7';
      const values = [textOf(decided!), salt, who, digest, link, place, at];
      await server.pool.query(`update ${schema}.decision set ${columns} where place = $6`, values);
    }
    await server.pool.query(`update ${schema}.trail set link = $1, seal = $2, salt = $3, at = $4`, [
      end.link,
      end.seal,
      end.salt,
      end.at,
    ]);
    expect((await check(store)).broken).toMatchObject({ ...key, type: 'changed', place: 1 });
    expect(await check(store, 'a guess')).toEqual({ trails: 1, entries: 4 });
    await store.close();
  });
});

test('yourcall audit finds the database by its address (S7)', async () => {
  const { schema, store } = await recorded();
  await store.close();
  vi.stubEnv('YOURCALL_AUDIT_SECRET', auditSecret);
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  const where = ['--database-url', server.connectionString, '--schema', schema];
  expect(await yourcallAudit(['verify', ...where])).toBe(0);
  expect(printed.mock.calls).toEqual([['1 trail with 4 decisions: whole.']]);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('of an erased thread nothing is left in the tables but links that fit (S7)', async () => {
  const { schema, store } = await recorded();
  expect(await store.erase(key)).toBe('erased');
  expect(await check(store)).toEqual({ trails: 1, entries: 4 });
  const tables = ['thread', 'message', 'tool_call', 'event', 'decision', 'trail'];
  const rows = await Promise.all(
    tables.map(async (name) => (await server.pool.query(`select * from ${schema}.${name}`)).rows),
  );
  expect(rows.map(({ length }) => length)).toEqual([0, 0, 0, 0, 4, 1]);
  const left = JSON.stringify(rows);
  expect(['reason', 'ann', 'money', 'pay'].filter((text) => left.includes(`"${text}`))).toEqual([]);
  await store.close();
});

test('whoever decides at once in two processes is on record once, and a thread is not made while it is erased (S7)', async () => {
  const { schema, store } = await recorded();
  const other = postgresStore({ connectionString: server.connectionString }, { schema, auditSecret });
  await append(store, asking('m9', 'c9'));
  const seen = (await store.load(key))!.thread.seq;
  const both = [store, other].map((one) => append(one, [rejection('c9')], { seen }));
  const answers = (await Promise.all(both)).map(({ type }) => type);
  expect(answers.toSorted()).toEqual(['appended', 'refused']);
  expect(await check(store)).toEqual({ trails: 1, entries: 5 });
  // An erasure under way: whoever makes a thread of the same id waits for it, and is refused.
  const client = await server.pool.connect();
  await client.query(`begin; delete from ${schema}.thread`);
  const made = other.create({ ...key, chat: 'shop' });
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into "${schema}"."thread"%'`;
  await expect.poll(async () => (await server.pool.query(waits)).rowCount).toBe(1);
  await client.query('commit');
  client.release();
  expect(await made).toBe(false);
  expect(await store.load(key)).toBeUndefined();
  await Promise.all([store.close(), other.close()]);
});

test('what a thread opens for a call while its erasure waits for it is erased with it (S7, C3)', async () => {
  const { schema, store } = await recorded();
  const client = await server.pool.connect();
  // An append under way, which opens a thread.
  await client.query(`begin; select 1 from ${schema}.thread for update`);
  const erased = store.erase(key);
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'select%"${schema}"."thread"%'`;
  await expect.poll(async () => (await server.pool.query(waits)).rowCount).toBe(1);
  const child = JSON.stringify({ id: 'child', root: key.thread });
  await client.query(
    `insert into ${schema}.thread select (jsonb_populate_record(one, '${child}')).* from ${schema}.thread as one`,
  );
  await client.query('commit');
  client.release();
  expect(await erased).toBe('erased');
  expect((await server.pool.query(`select 1 from ${schema}.thread`)).rowCount).toBe(0);
  await store.close();
});
