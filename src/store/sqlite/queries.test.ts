import { constants } from 'node:sqlite';
import { expect, test } from 'vitest';
import { append, asking, begin, key, word } from '../../testing/store/case.ts';
import { audit, trails } from '../sql/audit.ts';
import { blob } from '../sql/blobs.ts';
import { claim } from '../sql/claim.ts';
import { compact, isCompactable } from '../sql/compact.ts';
import { appendDeltas } from '../sql/deltas.ts';
import { excerptCalls, excerptRows } from '../sql/excerpt.ts';
import { isExpired } from '../sql/expire.ts';
import { list } from '../sql/lists.ts';
import { read } from '../sql/log.ts';
import { load } from '../sql/load.ts';
import { migrate } from '../sql/migrations.ts';
import { isAnyToTell } from '../sql/notices.ts';
import { erase } from '../sql/threads.ts';
import { all, isWake } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import { waiting } from '../sql/waiting.ts';
import { settled } from '../sql/settled.ts';
import type { Standing } from '../sql/settled.ts';
import type { Append, ThreadQuery } from '../store.ts';
import { Connection, openFile } from './connection.ts';
import { sqliteDatabase } from './database.ts';
import { sqliteStore } from './index.ts';

const database = sqliteDatabase(() => 1);

/** How SQLite finds the rows of a transaction's queries. */
function plansOf(transaction: Transaction<unknown>): readonly string[] {
  const connection = new Connection(openFile(':memory:'));
  connection.play('begin immediate', migrate(database));
  const plans: string[] = [];
  const explained = function* (): Transaction<void> {
    let step = transaction.next([]);
    while (!step.done) {
      if (isWake(step.value)) throw new Error('a wake');
      const { sql } = step.value;
      const rows = yield { ...step.value, sql: `explain query plan ${sql}` };
      plans.push(...rows.map((row) => (row as { readonly detail: string }).detail));
      step = transaction.next(yield step.value);
    }
  };
  connection.play('begin immediate', explained());
  connection.close();
  return plans;
}

const deltas = [{ ...key, id: 'd', events: [], seen: 3, fence: { epoch: 1, nonce: 'n' } }];
const claims = { chats: ['shop'], holder: 'h', lease: 1, nonce: 'n', again: false };

test.each([
  ['a poll for what is due', claim(database, claims)],
  ['a claim of a known thread', claim(database, { ...claims, key })],
  ['a list', list(database, { tenant: 'acme' })],
  ['a list of an owner', list(database, { tenant: 'acme', owner: 'ann' })],
  ['a second page', list(database, { tenant: 'acme', after: '[5,"t1"]' })],
  ['what waits', waiting(database, { tenant: 'acme' })],
  ['what waits in a thread', waiting(database, { tenant: 'acme', thread: 't1' })],
  ['what is put to a person', waiting(database, { tenant: 'acme', person: { by: 'ann', groups: ['clerks'] } })],
  ['what is put to anybody', waiting(database, { tenant: 'acme', person: {}, after: '[5,"c1","t1"]' })],
  ['what people decided', audit(database, { tenant: 'acme' })],
  ['what they decided behind a place', audit(database, { tenant: 'acme', after: '[5,"t1",2]' })],
  ['what they decided in a thread', audit(database, { tenant: 'acme', thread: 't1', after: '[5,"t1",2]' })],
  ['a trail', trails(database, { tenant: 'acme', thread: 't1' })],
  ['a load', load(database, key)],
  ['an excerpt', all(excerptRows(database, { ...key, calls: ['c1'], messages: ['m1'] }))],
  ['its calls', all(excerptCalls(database, { ...key, messages: [] }))],
  ['the log', read(database, { places: [{ ...key, after: 3 }], limit: 10 })],
  ['a blob', blob(database, { ...key, digest: 'd' })],
  ['deltas', appendDeltas(database, deltas)],
  ['a look for what may be compacted', isCompactable(database, 60_000)],
  ['a compaction', compact(database, 60_000)],
  ['a look for what is kept no longer', isExpired(database, 60_000)],
] as const)('%s finds its rows by an index', (_, transaction) => {
  const plans = plansOf(transaction);
  expect(plans.length).toBeGreaterThan(0);
  // What the query itself is given is read whole.
  expect(plans.filter((plan) => /^SCAN (?!item |wanted$|page$|piece$)/.test(plan))).toEqual([]);
});

test.each([
  ['a poll for what is due', claim(database, claims)],
  ['a list', list(database, { tenant: 'acme' })],
  ['a list of an owner', list(database, { tenant: 'acme', owner: 'ann' })],
  ['what waits', waiting(database, { tenant: 'acme' })],
  ['what people decided', audit(database, { tenant: 'acme' })],
  ['what they decided in a thread', audit(database, { tenant: 'acme', thread: 't1' })],
] as const)('%s sorts nothing that its index has in order', (_, transaction) => {
  expect(plansOf(transaction).filter((plan) => plan.startsWith('USE TEMP B-TREE FOR ORDER BY'))).toEqual([]);
});

const person = { by: 'ann', groups: ['clerks'] };

test.each([
  ['a poll for what is due', () => claim(database, claims)],
  ['a list', () => list(database, { tenant: 'acme' })],
  ['what waits', () => waiting(database, { tenant: 'acme' })],
  ['what is put to a person', () => waiting(database, { tenant: 'acme', person })],
  ['what people decided', () => audit(database, { tenant: 'acme' })],
  ['a load', () => load(database, key)],
  ['an excerpt', () => all(excerptRows(database, { ...key, calls: ['c1'], messages: ['m1'] }))],
  ['the log', () => read(database, { places: [{ ...key, after: 3 }], limit: 10 })],
  ['a look for what may be compacted', () => isCompactable(database, 60_000)],
  ['a look for whom to tell', () => isAnyToTell(database)],
])('%s is compiled once, however often it is run', (_, transaction: () => Transaction<unknown>) => {
  const file = openFile(':memory:');
  const connection = new Connection(file);
  connection.play('begin immediate', migrate(database));
  let steps = 0;
  // SQLite asks it about all that a query does, when it compiles one.
  file.setAuthorizer(() => {
    steps += 1;
    return constants.SQLITE_OK;
  });
  connection.look(transaction());
  const first = steps;
  connection.look(transaction());
  expect(first).toBeGreaterThan(0);
  expect(steps).toBe(first);
  connection.close();
});

test.each([
  ['what waits in it', waiting(database, { tenant: 'acme', thread: 't1' })],
  ['what waits in it behind a place', waiting(database, { tenant: 'acme', thread: 't1', after: '[5,"c1","t1"]' })],
  ['what is put to a person in it', waiting(database, { tenant: 'acme', thread: 't1', person })],
  ['what was opened below it', list(database, { tenant: 'acme', within: 't1' })],
  ['its erasure', erase(database, key)],
] as const)('of a thread %s is found without the other threads of its tenant', (_, transaction) => {
  const plans = plansOf(transaction);
  expect(plans.filter((plan) => /^SEARCH (thread|tool_call|addressee) /.test(plan)).length).toBeGreaterThan(0);
  expect(plans.filter((plan) => /\((tenant=\?|tenant=\? AND (name|since)[=>]\?)\)$/.test(plan))).toEqual([]);
});

test('lists read neither archived threads among the others, nor the other way round', () => {
  const found = (query: Omit<ThreadQuery, 'tenant'>): readonly string[] =>
    plansOf(list(database, { tenant: 'acme', ...query }));
  expect(found({})).toEqual(['SEARCH thread USING INDEX thread_listed (tenant=?)']);
  expect(found({ owner: 'ann' })).toEqual(['SEARCH thread USING INDEX thread_listed_of_owner (tenant=? AND owner=?)']);
  expect(found({ archived: true })).toEqual(['SEARCH thread USING INDEX thread_archived (tenant=?)']);
  expect(found({ archived: true, owner: 'ann' })).toEqual([
    'SEARCH thread USING INDEX thread_archived_of_owner (tenant=? AND owner=?)',
  ]);
});

test('an excerpt reads the messages alone that are in it', () => {
  const plans = plansOf(all(excerptRows(database, { ...key, calls: ['c1'], messages: ['m1'] })));
  const reads = plans.filter((plan) => plan.startsWith('SEARCH message'));
  expect(reads.length).toBeGreaterThan(0);
  expect(reads.filter((plan) => !/thread=\? AND (id=|place=|place<)\?\)$/.test(plan))).toEqual([]);
});

test('an id that not every database can hold is refused, by name (E6)', async () => {
  const store = sqliteStore(':memory:');
  const ids = ['a\0b', 'half \ud800'];
  for (const thread of ids) {
    const made = store.create({ tenant: 'acme', thread, chat: 'shop' });
    await expect(made).rejects.toMatchObject({ code: 'invalid-request' });
  }
  await store.create({ ...key, chat: 'shop', title: 'NUL \0, half \ud800' });
  expect((await store.load(key))?.thread.title).toBe('NUL \0, half \ud800');
  await store.close();
});

test('what is no place in a list is refused', async () => {
  const store = sqliteStore(':memory:');
  for (const after of ['', '{}', '[1]', '["1","t1"]', '[1,"t1","x"]']) {
    await expect(store.list({ tenant: 'acme', after })).rejects.toMatchObject({ code: 'invalid-request' });
  }
  await store.close();
});

test('an append with more rows than one statement takes is there whole, in order', async () => {
  const store = sqliteStore(':memory:');
  await begin(store);
  const words = Array.from({ length: 250 }, (_, index) => word(`m${index}`));
  const calls = Array.from({ length: 120 }, (_, index) => asking(`a${index}`, `c${index}`)).flat();
  await append(store, [...words, ...calls]);
  const loaded = await store.load(key);
  expect(loaded?.messages.map(({ id }) => id)).toEqual([
    ...words.map((_, index) => `m${index}`),
    ...Array.from({ length: 120 }, (_, index) => `a${index}`),
  ]);
  const { items, next } = await store.waiting({ tenant: key.tenant, limit: 500 });
  expect([items.length, next]).toEqual([120, undefined]);
  await append(store, [{ type: 'rewind', message: 'm0' }]);
  expect((await store.load(key))?.messages).toEqual([]);
  expect((await store.waiting({ tenant: key.tenant })).items).toEqual([]);
  await store.close();
});

test('a holder that goes on writes neither whose the thread is nor when it is due, nor their indexes (S2)', () => {
  // Of both only what is asked for is looked at.
  const before = { epoch: 1 } as Standing;
  const held = { fence: { epoch: 1, nonce: 'n' }, events: [] as const } as unknown as Append;
  const texts = [held, { ...held, release: true as const }].map(
    (one) => settled(database, one, { before, after: before }).compile().sql,
  );
  const names = ['"lease_until" =', '"wake_at" =', '"nonce" ='];
  expect(texts.map((text) => names.filter((name) => text.includes(name)))).toEqual([[], names]);
});
