import type { AuditEntry, AuditQuery } from '../../store/audit/trail.ts';
import { verifyTrail } from '../../store/audit/verify.ts';
import type { Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { append, asking, begin, equal, key, rejection, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** What people have decided: on record once, linked, and without their names when the thread is erased. */
export const auditCases: readonly StageCase[] = [
  { name: 'a decision is on record, with who, why and what was asked (S7)', run: recorded },
  { name: 'an append that comes twice leaves one entry, one that is refused none (S7, E8)', run: once },
  { name: 'decisions of a tenant are listed in the order of their times, page by page (S7, X1)', run: listed },
  { name: 'decisions are listed from the newest on, page by page, also of one thread (S7)', run: newestFirst },
  { name: 'a trail goes on over many appends, and outlasts what is withdrawn (S7)', run: linked },
  { name: 'of an erased thread the bare links stay, and are whole (S7)', run: erased },
  { name: 'only the id of a thread in which nobody has decided is given out again (S7)', run: taken },
  { name: 'a decision with text of any kind is on record as it was (S7, E6)', run: anyText },
];

async function recorded({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), ...asking('m2', 'c1')]);
  equal((await store.audit({ tenant: 'acme' })).items, [], 'before anybody decides');
  await append(store, [rejection('c1', { reason: 'too much' })]);
  const [entry, ...others] = (await store.audit({ tenant: 'acme' })).items;
  equal(others, [], 'other entries');
  equal(
    entry?.decided,
    {
      decision: { type: 'reject', reason: 'too much' },
      by: 'ann',
      at: 5,
      seen: 'digest',
      call: 'c1',
      name: 'pay',
      revision: 3,
      from: 'awaiting-approval',
      to: 'rejected',
      // SHA-256 of {"amount":5}
      input: '7e84cbf0f7a7c92c037058665d66152f8eb8580ab2534e52c877bccceb9cc7bf',
      requirements: [{ reason: 'money' }],
    },
    'what is on record',
  );
  equal([entry?.thread, entry?.place, typeof entry?.salt], ['t1', 1, 'string'], 'where');
  await whole(store, auditSecret, 1);
}

async function once({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), ...asking('m2', 'c1')]);
  const before = (await store.load(key))!.thread.seq;
  const first = await append(store, [rejection('c1')], { id: 'same' });
  equal(await append(store, [rejection('c1')], { id: 'same', seen: before }), first, 'the same again');
  equal((await append(store, [rejection('c1')], { seen: before })).type, 'refused', 'another one, too late');
  equal((await store.audit({ tenant: 'acme' })).items.length, 1, 'entries');
  await whole(store, auditSecret, 1);
}

async function listed({ store, wait }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2']) {
    await begin(store, { tenant: 'acme', thread });
    await append(store, [...asking('m1', 'c1'), ...asking('m2', 'c2')], { thread });
  }
  for (const [thread, call] of [
    ['t2', 'c1'],
    ['t1', 'c1'],
    ['t2', 'c2'],
  ] as const) {
    await append(store, [rejection(call)], { thread });
    await wait(2);
  }
  const places: string[] = [];
  for (let after: string | undefined, page = 0; page < 3; page += 1) {
    const { items, next } = await store.audit({ tenant: 'acme', limit: 1, ...(after !== undefined && { after }) });
    places.push(...items.map(({ thread, place, decided }) => `${thread} ${place} ${decided?.call}`));
    equal(next === undefined, page === 2, `whether page ${page} is the last`);
    after = next;
  }
  equal(places, ['t2 1 c1', 't1 1 c1', 't2 2 c2'], 'entries');
  const one = await store.audit({ tenant: 'acme', thread: 't2', limit: 1 });
  const rest = await store.audit({ tenant: 'acme', thread: 't2', limit: 1, after: one.next! });
  equal(
    [...one.items, ...rest.items].map(({ place }) => place),
    [1, 2],
    'entries of one thread',
  );
  equal((await store.audit({ tenant: 'rival' })).items, [], 'entries of another tenant');
  equal((await store.trails({ tenant: 'rival' })).items, [], 'trails of another tenant');
  const first = await store.trails({ tenant: 'acme', limit: 1 });
  const second = await store.trails({ tenant: 'acme', limit: 1, after: first.next! });
  const trails = [...first.items, ...second.items].map(({ thread, entries }) => `${thread} ${entries.length}`);
  equal([trails, second.next], [['t1 1', 't2 2'], undefined], 'trails');
  equal(await store.auditedTenants(), ['acme'], 'tenants');
}

async function newestFirst({ store, wait }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2']) {
    await begin(store, { tenant: 'acme', thread });
    await append(
      store,
      ['c1', 'c2', 'c3'].flatMap((call) => asking(`m-${call}`, call)),
      { thread },
    );
  }
  // Two of them in one append: at the same time.
  for (const [thread, ...calls] of [
    ['t2', 'c1'],
    ['t1', 'c1', 'c2'],
    ['t2', 'c2'],
    ['t1', 'c3'],
  ] as const) {
    await append(
      store,
      calls.map((call) => rejection(call)),
      { thread },
    );
    await wait(2);
  }
  const newest = { tenant: 'acme', order: 'newest-first' } as const;
  const names = (items: readonly AuditEntry[]): readonly string[] =>
    items.map(({ thread, place }) => `${thread} ${place}`);
  const expected = ['t1 3', 't2 2', 't1 2', 't1 1', 't2 1'];
  for (const limit of [1, 2, 3, 50])
    equal(names(await everyEntry(store, { ...newest, limit })), expected, `by ${limit}`);
  const inThread = { ...newest, thread: 't1', limit: 2 };
  equal(names(await everyEntry(store, inThread)), ['t1 3', 't1 2', 't1 1'], 'entries of one thread');
  const oldest = await everyEntry(store, { tenant: 'acme', order: 'oldest-first', limit: 2 });
  equal(names(oldest), expected.toReversed(), 'the oldest first');
}

/** All entries, page by page. */
async function everyEntry(store: Store, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let after: string | undefined, isMore = true; isMore;) {
    const page = await store.audit({ ...query, ...(after !== undefined && { after }) });
    entries.push(...page.items);
    after = page.next;
    isMore = after !== undefined;
  }
  return entries;
}

async function linked({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  for (const number of [1, 2, 3]) {
    await append(store, [word(`w${number}`), ...asking(`m${number}`, `c${number}`)]);
    await append(store, [rejection(`c${number}`)]);
  }
  await append(store, [...asking('m4', 'c4'), ...asking('m5', 'c5'), rejection('c4'), rejection('c5')]);
  await append(store, [{ type: 'rewind', message: 'm2' }]);
  const { items } = await store.audit({ tenant: 'acme' });
  equal(
    items.map(({ place, decided }) => [place, decided?.call]),
    [1, 2, 3, 4, 5].map((place) => [place, `c${place}`]),
    'entries',
  );
  await whole(store, auditSecret, 5);
}

async function erased({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [...asking('m1', 'c1'), ...asking('m2', 'c2'), ...asking('m3', 'c3')]);
  await append(store, [rejection('c1', { reason: 'a secret reason' })]);
  await append(store, [rejection('c2', { by: 'bob' })]);
  await append(store, [rejection('c3')]);
  const before = (await store.audit({ tenant: 'acme' })).items;
  equal(await store.erase(key), 'erased', 'erase');
  const after = (await store.audit({ tenant: 'acme' })).items;
  const bare = before.map(({ decided: _decided, salt: _salt, ...link }) => link);
  equal(after, bare, 'what is left');
  const [ann, bob, again] = after.map(({ who }) => who);
  equal([ann === again, ann === bob], [true, false], 'who stands for the same person');
  const [trail] = (await store.trails({ tenant: 'acme', thread: key.thread })).items;
  equal([trail?.end?.salt, typeof trail?.end?.erasedAt], [undefined, 'number'], 'the end');
  const left = JSON.stringify([after, trail]);
  for (const text of ['ann', 'bob', 'secret reason', 'money', 'pay', 'c1']) {
    equal(left.includes(`"${text}"`) || left.includes(`a ${text}`), false, `whether ${text} is left`);
  }
  await whole(store, auditSecret, 3);
}

async function taken({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'));
  await append(store, [rejection('c1')]);
  await store.erase(key);
  equal(await store.create({ ...key, chat: 'shop' }), false, 'the id of a thread with decisions');
  equal(await store.load(key), undefined, 'what is there of it');
  equal(await store.erase(key), 'missing', 'to erase it again');
  const silent: ThreadKey = { tenant: 'acme', thread: 't2' };
  await begin(store, silent);
  await append(store, [word('m1')], silent);
  await store.erase(silent);
  equal(await store.create({ ...silent, chat: 'shop' }), true, 'the id of a thread without');
  equal(await store.create({ ...key, tenant: 'rival', chat: 'shop' }), true, 'the same id of another tenant');
}

async function anyText({ store, auditSecret }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'));
  const reason = 'NUL \u0000, half a pair \ud800, \u2028, "quotes", \\, 漢字 🙂';
  await append(store, [rejection('c1', { reason, by: '\ud800' })]);
  const [entry] = (await store.audit({ tenant: 'acme' })).items;
  equal([entry?.decided?.decision, entry?.decided?.by], [{ type: 'reject', reason }, '\ud800'], 'the decision');
  await whole(store, auditSecret, 1);
}

/** Throws unless the trail of the thread that most cases are about is whole, and has so many entries. */
async function whole(store: Store, secret: string | undefined, entries: number): Promise<void> {
  const [trail] = (await store.trails({ ...key })).items;
  equal(trail && verifyTrail(trail, secret), undefined, 'what is broken');
  equal([trail?.entries.length, trail?.end?.count], [entries, entries], 'how long the trail is');
}
