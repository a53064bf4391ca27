import { expect, test } from 'vitest';
import { usePostgres } from '../../../test/postgres/use.ts';
import { begin, key } from '../../testing/store/case.ts';
import type { ThreadKey } from '../thread.ts';
import { postgresStore } from './index.ts';
import { newsIn, payloadOf, payloadsOf } from './payload.ts';

const server = usePostgres();

/** What somebody else may say on our channel. */
const foreign = [
  '',
  'hello',
  '{}',
  'null',
  '[oops',
  '[null]',
  '[[]]',
  '[["acme"]]',
  '["acme"]',
  '["acme",1]',
  '["acme","t1",5]',
  '["acme","t1","soon","now"]',
  '["acme","t1",1e400,1]',
  '["acme","t1",0.5,1]',
  '["acme","t1",5,5,5]',
  String.raw`["acme","a\u0000b"]`,
  String.raw`["acme","a\ud800"]`,
  '[["acme","t1"],[]]',
];

test('a payload tells of a thread that changed, when it is due, or of threads with deltas', () => {
  expect(newsIn(payloadOf(key))).toEqual({ keys: [key], news: 'events' });
  const wake = { ...key, notBefore: 7, now: 5 };
  expect(newsIn('["acme","t1",7,5]')).toEqual({ keys: [key], news: 'events', wake });
  const keys = [key, { tenant: 'acme', thread: 'a "]' }];
  expect(payloadsOf(keys).map(newsIn)).toEqual([{ keys, news: 'deltas' }]);
});

test.each(foreign)('what is none of ours tells nothing: %j (S3)', (payload) => {
  expect(newsIn(payload)).toBeUndefined();
});

test('whatever somebody notifies on its channel, a store goes on and hears what is true (S3)', async () => {
  const at = () => postgresStore({ connectionString: server.connectionString }, { schema: 'foreign' });
  const [listens, says] = [at(), at()];
  await begin(listens);
  const heard: ThreadKey[] = [];
  listens.subscribe((one) => heard.push(one));
  listens.onWake((one) => heard.push(one));
  const queries = `select 1 from pg_stat_activity where query like 'listen "yourcall_foreign"%'`;
  await expect.poll(async () => (await server.pool.query(queries)).rowCount).toBe(1);
  for (const payload of foreign) await server.pool.query(`select pg_notify('yourcall_foreign', $1)`, [payload]);
  await says.create({ ...key, thread: 't2', chat: 'shop' });
  await expect.poll(() => heard.map(({ thread }) => thread)).toContain('t2');
  expect(heard.filter(({ thread }) => thread !== 't1' && thread !== 't2')).toEqual([]);
  await Promise.all([listens.close(), says.close()]);
});
