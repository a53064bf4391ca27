// A server that was the primary until a failover, or one that has not caught up yet.
import { expect, test } from 'vitest';
import { startPostgres } from '../../../test/postgres/server.ts';
import { append, begin, key, word } from '../../testing/store/case.ts';
import { postgresStore } from './index.ts';

test('a server in recovery is read, and its word that a lease is held starts nothing (E8, E9)', async () => {
  const server = await startPostgres();
  const store = postgresStore({ connectionString: server.connectionString }, { patience: 1 });
  try {
    await begin(store);
    await append(store, [word('hello')], { wake: 'now' });
    const claimed = await store.claim({ key, chats: ['shop'], holder: 'a', lease: 60_000 });
    expect(await store.check(key, claimed!.fence)).toMatchObject({ type: 'held' });
    await server.demote();
    expect(await store.load(key)).toMatchObject({ thread: { lease: { holder: 'a' } } });
    await expect(store.check(key, claimed!.fence)).rejects.toMatchObject({
      code: 'network',
      message: 'Using Postgres: the database at this address may only be read.',
    });
  } finally {
    await store.close();
    await server.stop();
  }
}, 60_000);
