import type { CompiledQuery } from 'kysely';
import { describe, expect, test } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { append, asking, begin, key, word } from '../../testing/store/case.ts';
import { storeCases } from '../../testing/store/cases.ts';
import { audit } from '../sql/audit.ts';
import { claim, isDue } from '../sql/claim.ts';
import { isExpired } from '../sql/expire.ts';
import { compact } from '../sql/compact.ts';
import { appendDeltas } from '../sql/deltas.ts';
import { list } from '../sql/lists.ts';
import { read } from '../sql/log.ts';
import { migrations } from '../sql/migrations.ts';
import type { Transaction } from '../sql/transaction.ts';
import { waiting } from '../sql/waiting.ts';
import type { Store } from '../store.ts';
import { postgresDatabase } from './database.ts';
import { postgresStore } from './index.ts';

const server = usePostgres();

const at = (schema: string): Store => postgresStore({ connectionString: server.connectionString }, { schema });

describe('a store on Postgres', () => {
  const schemas = new Map<Store, string>();
  const open = (): Store => {
    const schema = `case_${schemas.size}`;
    const store = at(schema);
    schemas.set(store, schema);
    return store;
  };
  const openBeside = (store: Store): Store => at(schemas.get(store)!);
  for (const { name, run } of storeCases({ open, openBeside })) test(name, run);
});

describe('opening a store on Postgres', () => {
  test('of many who open a new database at once one makes the tables', async () => {
    const stores = Array.from({ length: 6 }, () => at('at_once'));
    const makes = stores.map((store, index) => store.create({ tenant: 'acme', thread: `t${index}`, chat: 'shop' }));
    expect(await Promise.all(makes)).toEqual(Array.from({ length: 6 }, () => true));
    await Promise.all(stores.map((store) => store.close()));
    const { rows } = await server.pool.query('select version from at_once.migration');
    expect(rows).toHaveLength(migrations.length);
  });

  test('tables of a newer release are refused (S8)', async () => {
    const store = at('newer');
    await begin(store);
    await store.close();
    await server.pool.query('insert into newer.migration (version, at) values (7, 1)');
    const older = at('newer');
    const message = `Opening the store: its tables have version 7, and this release of yourcall knows versions up to ${migrations.length}: use a newer one.`;
    await expect(older.load(key)).rejects.toMatchObject({ code: 'format', message });
    await older.close();
  });

  test('a pool of yours is used and not ended', async () => {
    const store = postgresStore({ pool: server.pool }, { schema: 'pool_of_yours' });
    await begin(store);
    await store.close();
    await expect(store.load(key)).rejects.toMatchObject({ code: 'invalid-request' });
    expect((await server.pool.query('select id from pool_of_yours.thread')).rows).toEqual([{ id: 't1' }]);
  });

  test('a database that cannot be reached is an error that may pass', async () => {
    const store = postgresStore({ connectionString: 'postgres://127.0.0.1:1/none' }, { patience: 50 });
    await expect(store.now()).rejects.toMatchObject({ code: 'network', retryable: true });
    await store.close();
  });

  test('who is not let in, and a database that is not there, are errors that name what to mend', async () => {
    const refusalAt = async (change: (url: URL) => void): Promise<unknown> => {
      const url = new URL(server.connectionString);
      change(url);
      const store = postgresStore({ connectionString: url.href });
      const error = await store.now().then(String, (cause: unknown) => cause);
      await store.close();
      return error;
    };
    expect(await refusalAt((url) => (url.password = 'wrong'))).toMatchObject({
      code: 'auth',
      retryable: false,
      message: 'Using Postgres: password authentication failed for user "postgres".',
    });
    expect(await refusalAt((url) => (url.pathname = '/nowhere'))).toMatchObject({
      code: 'invalid-request',
      message: 'Using Postgres: database "nowhere" does not exist.',
    });
  });

  test('a database that may only be read is read, and says so to who writes', async () => {
    const store = at('fixed');
    await begin(store);
    await store.close();
    const options = 'options=-c%20default_transaction_read_only%3Don';
    const place = { connectionString: `${server.connectionString}?${options}` };
    const fixed = postgresStore(place, { schema: 'fixed', patience: 50 });
    expect((await fixed.load(key))?.thread.seq).toBe(0);
    const message = 'Using Postgres: the database at this address may only be read.';
    const refused = { code: 'network', retryable: true, message };
    await expect(fixed.update(key, { title: 'x' })).rejects.toMatchObject(refused);
    await fixed.close();
  });

  test.each([
    ['53100', 'at once', 60_000],
    ['53200', 'when it has been waited for', 50],
    ['53300', 'when it has been waited for', 50],
  ])(
    'a Postgres without room (%s) says so %s, nothing is half written, and it goes on (E8)',
    async (code, _, patience) => {
      const schema = `full_${code}`;
      const store = postgresStore({ connectionString: server.connectionString }, { schema, patience });
      await begin(store);
      await append(store, [word('m1')]);
      // The last of what an append writes.
      await server.pool.query(`create function ${schema}.full() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file' using errcode = '${code}'; end $$`);
      await server.pool.query(
        `create trigger full_now before update on ${schema}.thread execute function ${schema}.full()`,
      );
      const message = 'Writing to Postgres: it has no room: could not extend file.';
      await expect(append(store, [word('m2')])).rejects.toMatchObject({ code: 'overloaded', retryable: true, message });
      const before = await store.load(key);
      expect([before?.thread.seq, before?.messages.map(({ id }) => id)]).toEqual([1, ['m1']]);
      await server.pool.query(`drop trigger full_now on ${schema}.thread`);
      expect(await append(store, [word('m2')])).toEqual({ type: 'appended', seq: 2 });
      await store.close();
    },
  );

  test('a name that is none of a schema is refused', () => {
    const open = () => postgresStore({ pool: server.pool }, { schema: 'a"; drop table x' });
    expect(open).toThrow('is no name of a schema');
  });
});

describe('what a store on Postgres asks of it', () => {
  test('a commit waits for the disk where the database is set not to, and who freezes loses its locks (E8)', async () => {
    const store = at('durable');
    await begin(store);
    await store.close();
    await server.pool.query('alter role postgres set synchronous_commit = off');
    await server.pool.query('create table durable.seen (name text, setting text)');
    await server.pool.query(`create function durable.look() returns trigger language plpgsql as $$ begin
      insert into durable.seen select name, current_setting(name) from unnest(array['synchronous_commit',
        'idle_in_transaction_session_timeout', 'lock_timeout', 'transaction_isolation']) name;
      return new; end $$`);
    await server.pool.query(
      'create trigger look after insert on durable.event for each row execute function durable.look()',
    );
    const again = at('durable');
    await append(again, [word('m1')]);
    await again.close();
    await server.pool.query('alter role postgres reset synchronous_commit');
    const { rows } = await server.pool.query('select distinct name, setting from durable.seen order by name');
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '10s' },
      { name: 'lock_timeout', setting: '5s' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'transaction_isolation', setting: 'read committed' },
    ]);
  });

  test('a lock that somebody else has for longer than Postgres waits is waited for again', async () => {
    const store = at('locked');
    await begin(store);
    const other = await server.pool.connect();
    await other.query('begin; select id from locked.thread for update');
    const waits = append(store, [word('m1')]);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await other.query('rollback');
    other.release();
    expect(await waits).toEqual({ type: 'appended', seq: 1 });
    await store.close();
  });

  test('polls, lists and what waits are found by an index', async () => {
    const store = at('plans');
    await begin(store);
    await append(store, asking('m1', 'c1'), { wake: 'now' });
    await store.close();
    const columns = `chat, status, nonce, run, format, seq, committed, epoch, stopped, takeovers, places, created_at,
      updated_at`;
    await server.pool.query(`insert into plans.thread (tenant, id, owner, wake_at, changed, ${columns})
      select 'tenant' || n % 100, 't' || n, 'owner' || n % 1000, 9e15, n, ${columns}
      from plans.thread, generate_series(1, 20000) n`);
    await server.pool
      .query(`insert into plans.tool_call select 'tenant' || n % 100, 't' || n, 'c', message, state, json, due_at,
      n + since from plans.tool_call, generate_series(1, 20000) n`);
    await server.pool.query(`insert into plans.event (tenant, thread, append, kind, seq_from, seq_to, at, json)
      select tenant, thread, append, kind, n + seq_to, n + seq_to, at, json from plans.event, generate_series(1, 20000) n`);
    await server.pool.query(`insert into plans.decision (tenant, thread, place, at, who, digest, link)
      select 'tenant' || n % 100, 't' || n, 1, n, '', '', '' from generate_series(1, 20000) n`);
    await server.pool.query(
      'analyze plans.thread; analyze plans.tool_call; analyze plans.event; analyze plans.decision',
    );
    await server.pool.query(`insert into plans.addressee (tenant, thread, call, name, barred, since)
      select 'tenant' || n % 100, 't' || n, 'c', '"clerk' || n % 10 || '"', '', n from generate_series(1, 20000) n;
      analyze plans.addressee`);
    const database = postgresDatabase('plans');
    const planOf = async (transaction: Transaction<unknown>): Promise<string> => {
      const { sql, parameters } = transaction.next([]).value as CompiledQuery;
      const { rows } = await server.pool.query(`explain ${sql}`, [...parameters]);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const claims = { chats: ['shop'], holder: 'h', lease: 1, nonce: 'n', again: false };
    expect(await planOf(claim(database, claims))).toMatch(/Index Scan using thread_claimable/);
    expect(await planOf(isDue(database, 'shop'))).toMatch(/Index Scan using thread_claimable/);
    expect(await planOf(isExpired(database, 60_000))).toMatch(/Index Scan using thread_idle/);
    expect(await planOf(list(database, { tenant: 'tenant1' }))).toMatch(/Scan Backward using thread_listed/);
    expect(await planOf(list(database, { tenant: 'tenant1', owner: 'owner1' }))).toMatch(
      /using thread_listed_of_owner/,
    );
    const waits = await planOf(waiting(database, { tenant: 'tenant1' }));
    expect([waits.includes('tool_call_waiting'), waits.includes('Seq Scan')]).toEqual([true, false]);
    const theirs = await planOf(waiting(database, { tenant: 'tenant1', person: { by: 'ann', groups: ['clerk1'] } }));
    expect([theirs.includes('addressee_waiting'), theirs.includes('Seq Scan')]).toEqual([true, false]);
    for (const query of [{}, { person: { by: 'ann' } }]) {
      const within = await planOf(waiting(database, { tenant: 'tenant1', thread: 't1', ...query }));
      expect(within).not.toMatch(/Seq Scan|tool_call_waiting|addressee_waiting/);
    }
    expect(await planOf(list(database, { tenant: 'tenant1', within: 't1' }))).toMatch(/thread_of_root/);
    expect(await planOf(list(database, { tenant: 'tenant1', archived: true }))).toMatch(/thread_archived/);
    expect(await planOf(audit(database, { tenant: 'tenant1', after: '[9,"t9",1]' }))).toMatch(
      /using decision_of_tenant/,
    );
    expect(await planOf(audit(database, { tenant: 'tenant1', thread: 't1' }))).toMatch(/using decision_key/);
    const log = await planOf(read(database, { places: [{ ...key, after: 19_000 }], limit: 10 }));
    expect([log.includes('event_key'), log.includes('Seq Scan')]).toEqual([true, false]);
    const deltas = { ...key, id: 'd', events: [], seen: 19_999, fence: { epoch: 0, nonce: '' } };
    const said = await planOf(appendDeltas(database, [deltas]));
    expect([said.includes('event_key'), said.includes('Seq Scan')]).toEqual([true, false]);
    expect(await planOf(compact(database, 60_000))).toMatch(/using thread_superseded/);
  });
});
