import type { ChatEvent } from '../../conversation/event.ts';
import { append, asking, begin, equal, key, rejection, word } from './case.ts';
import type { ThreadKey } from '../../store/thread.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Threads as such: made, listed, changed, erased. */
export const threadCases: readonly StageCase[] = [
  { name: 'a new thread is there, empty, and its id is taken', run: made },
  { name: 'a thread of another tenant is not there (X1)', run: foreign },
  { name: 'an excerpt is what somebody needs who decides or speaks beside a run', run: excerpts },
  { name: 'lists begin with the thread that changed last, page by page', run: listed },
  { name: 'a page goes on behind the last one although its threads and calls have changed', run: pagedOn },
  { name: 'a page has a size, or the list is refused', run: sized },
  { name: 'a thread is renamed, archived and taken out again', run: updated },
  { name: 'a thread is erased, but not while a call is running or in doubt (S7)', run: erased },
  { name: 'a thread that lies long enough is erased, and none in which somebody is waited for (S7)', run: expired },
  { name: 'calls that wait are listed by tenant, the one that waits longest first (X1)', run: waiting },
];

async function made({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal(await store.create({ ...key, chat: 'other' }), false, 'the second create');
  const loaded = await store.load(key);
  equal(loaded?.messages, [], 'messages');
  const { chat, owner, status, seq } = loaded!.thread;
  equal({ chat, owner, status, seq }, { chat: 'shop', owner: 'ann', status: 'new', seq: 0 }, 'the thread');
}

async function foreign({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const other = { tenant: 'rival', thread: key.thread };
  await append(store, [...asking('m0', 'c0'), rejection('c0'), ...asking('m1', 'c1')], { wake: 'now' });
  const taking = { chats: ['shop'], holder: 'h', lease: 10_000 };
  equal(await store.claim({ ...taking, key: other }), undefined, 'claim');
  const { fence } = (await store.claim({ ...taking, key }))!;
  equal(await store.renew(other, fence, 1_000), { type: 'fenced' }, 'renew');
  equal(await store.check(other, fence), { type: 'fenced' }, 'check');
  equal(await store.appendDeltas([{ ...other, id: 'd', events: [], seen: 9, fence }]), [undefined], 'deltas');
  const lists = [store.list(other), store.waiting(other), store.waiting({ ...other, person: {} }), store.audit(other)];
  equal(
    (await Promise.all([...lists, store.trails(other)])).map(({ items }) => items.length),
    [0, 0, 0, 0, 0],
    'lists',
  );
  equal(await store.load(other), undefined, 'load');
  equal(await store.update(other, { title: 'mine' }), false, 'update');
  equal(await store.erase(other), 'missing', 'erase');
  equal((await store.read([{ ...other, after: 0 }], 10))[0], undefined, 'read');
  equal(await store.stop(other), false, 'stop');
  equal((await append(store, [word('m2')], { tenant: 'acme' })).type, 'appended', 'append');
  equal((await store.append({ ...other, id: 'x', events: [], seen: 1, ...none })).type, 'missing', 'a foreign append');
  equal(await store.create({ ...other, chat: 'shop' }), true, 'the same id in another tenant');
}

async function excerpts({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal((await store.load(key, {}))?.messages, [], 'of a new thread');
  const answered = (id: string, call: string, state: 'completed' | 'failed'): readonly ChatEvent[] => {
    const facts = { id: call, name: 'pay' };
    const attempt = { number: 1, startedAt: 1, deadline: 2 };
    const end = state === 'completed' ? { state, output: 1 } : { state, reason: 'broken', outcome: 'unknown' as const };
    return [
      ...asking(id, call),
      { type: 'tool', call: { ...facts, revision: 3, state: 'approved', by: 'person' } },
      { type: 'tool', call: { ...facts, revision: 4, state: 'running', attempt } },
      { type: 'tool', call: { ...facts, revision: 5, ...end } },
    ];
  };
  await append(store, [
    word('m1'),
    word('m2'),
    ...answered('a1', 'c1', 'completed'),
    ...answered('a2', 'c2', 'failed'),
  ]);
  await append(store, [
    word('m3'),
    word('m4'),
    ...asking('a3', 'c3'),
    ...answered('a4', 'c4', 'completed'),
    word('m5'),
  ]);
  await append(store, [{ type: 'message', message: { id: 'a5', role: 'assistant', parts: [], at: 3 } }]);
  const { messages: all, now: _, ...whole } = (await store.load(key))!;
  const wanted = [
    [{}, ['m2', 'a2', 'm4', 'a3']],
    [{ calls: ['c4', 'c9'] }, ['m2', 'a2', 'm4', 'a3', 'a4']],
    [{ calls: ['c1'], messages: ['m1', 'a5', 'm9'] }, ['m1', 'm2', 'a1', 'a2', 'm4', 'a3', 'm5', 'a5']],
  ] as const;
  for (const [excerpt, ids] of wanted) {
    const expected = all.filter(({ id }) => (ids as readonly string[]).includes(id));
    const { messages, now: _now, ...rest } = (await store.load(key, excerpt))!;
    equal(messages, expected, `the messages of ${JSON.stringify(excerpt)}`);
    equal(rest, whole, `the rest of ${JSON.stringify(excerpt)}`);
  }
  equal(await store.load({ tenant: 'rival', thread: key.thread }, {}), undefined, 'of another tenant');
}

async function listed({ store }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2', 't3']) await begin(store, { tenant: key.tenant, thread });
  await append(store, [word('m1')], { thread: 't1' });
  const first = await store.list({ tenant: key.tenant, limit: 2 });
  equal(
    first.items.map(({ thread }) => thread),
    ['t1', 't3'],
    'the first page',
  );
  const second = await store.list({ tenant: key.tenant, limit: 2, after: first.next! });
  equal([second.items.map(({ thread }) => thread), second.next], [['t2'], undefined], 'the second page');
  equal((await store.list({ tenant: key.tenant, owner: 'bob' })).items, [], 'threads of somebody else');
}

async function pagedOn({ store }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2', 't3']) {
    await begin(store, { tenant: key.tenant, thread });
    await append(store, [word(`${thread}-m1`), ...asking(`${thread}-m2`, `${thread}-c1`)], { thread });
  }
  const threads = await store.list({ tenant: key.tenant, limit: 2 });
  const calls = await store.waiting({ tenant: key.tenant, limit: 1 });
  const done = { id: 't1-c1', name: 'pay', revision: 3, state: 'rejected' } as const;
  await append(store, [{ type: 'tool', call: done }], { thread: 't1' });
  await append(store, [word('t2-m3')], { thread: 't2' });
  const restOfThreads = await store.list({ tenant: key.tenant, limit: 2, after: threads.next! });
  equal(restOfThreads.items, [], 'threads behind: the last one has moved to the front');
  const restOfCalls = await store.waiting({ tenant: key.tenant, limit: 1, after: calls.next! });
  equal(
    restOfCalls.items.map(({ call }) => call.id),
    ['t2-c1'],
    'calls behind',
  );
}

async function sized({ store }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2', 't3']) await begin(store, { ...key, thread });
  const { tenant } = key;
  for (const limit of [0, -5, Number.NaN, '2' as never]) {
    const query = { tenant, limit };
    const lists: readonly (() => Promise<unknown>)[] = [
      () => store.list(query),
      () => store.waiting(query),
      () => store.audit(query),
      () => store.trails(query),
    ];
    for (const ask of lists) {
      const refusal = await ask().then(
        () => 'a page',
        (error: unknown) => (error as { readonly code?: unknown }).code,
      );
      equal(refusal, 'invalid-request', `a page of ${String(limit)}`);
    }
  }
  equal((await store.list({ tenant, limit: 2.5 })).items.length, 2, 'a page of 2.5');
  equal((await store.list({ tenant, limit: Infinity })).items.length, 3, 'a page of any size');
}

async function updated({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal(await store.update(key, { title: 'Refunds' }), true, 'rename');
  equal((await store.load(key))?.thread.title, 'Refunds', 'the title');
  await store.update(key, { archived: true });
  equal((await store.list({ tenant: key.tenant })).items, [], 'the list without archived ones');
  equal((await store.list({ tenant: key.tenant, archived: true })).items.length, 1, 'the list of archived ones');
  await store.update(key, { archived: false });
  equal((await store.list({ tenant: key.tenant })).items.length, 1, 'the list again');
}

async function erased({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1'), ...asking('m2', 'c1')]);
  const attempt = { number: 1, startedAt: 1, deadline: 2 };
  const facts = { id: 'c1', name: 'pay' };
  await append(store, [
    { type: 'tool', call: { ...facts, revision: 3, state: 'approved', by: 'person' } },
    { type: 'tool', call: { ...facts, revision: 4, state: 'running', attempt } },
  ]);
  equal(await store.erase(key), 'refused', 'while it runs');
  await append(store, [{ type: 'tool', call: { ...facts, revision: 5, state: 'completed', output: 1 } }]);
  equal(await store.erase(key), 'erased', 'when it is over');
  equal((await store.load(key))?.messages ?? [], [], 'what is left');
}

async function expired({ store, wait }: StoreUnderTest): Promise<void> {
  const threads = ['waits', 'held', 'over', 'fresh'].map((thread) => ({ tenant: key.tenant, thread }));
  const [waits, held, over, fresh] = threads as [ThreadKey, ThreadKey, ThreadKey, ThreadKey];
  for (const one of [waits, held, over]) await begin(store, one);
  await append(store, [word('m1'), ...asking('m2', 'c1')], { ...waits, status: 'failed' });
  await append(store, [word('m1')], { ...held, wake: 'now', status: 'done' });
  await store.claim({ key: held, chats: ['shop'], holder: 'h', lease: 60_000 });
  await append(store, [word('m1'), ...asking('m2', 'c1'), rejection('c1')], { ...over, status: 'done' });
  await wait(800);
  await begin(store, fresh);
  equal(await store.expire(60_000), false, 'before its time');
  equal([await store.expire(700), await store.expire(700)], [true, false], 'in its time');
  const left = await Promise.all(threads.map((one) => store.load(one)));
  equal(
    left.map((one) => one?.thread.thread),
    ['waits', 'held', undefined, 'fresh'],
    'what is left',
  );
  await append(store, [rejection('c1')], waits);
  await wait(300);
  equal([await store.expire(200), await store.expire(200), await store.expire(200)], [true, true, false], 'later');
}

async function waiting({ store }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2']) {
    await begin(store, { tenant: key.tenant, thread });
    await append(store, [word(`${thread}-m1`), ...asking(`${thread}-m2`, `${thread}-c1`)], { thread });
  }
  const { items } = await store.waiting({ tenant: key.tenant });
  equal(
    items.map(({ call, message }) => [call.id, message]),
    [
      ['t1-c1', 't1-m2'],
      ['t2-c1', 't2-m2'],
    ],
    'what waits',
  );
  equal(items[0]?.call.requirements, [{ reason: 'money' }], 'the call, whole');
  equal((await store.waiting({ tenant: 'rival' })).items, [], 'what waits elsewhere');
  equal((await store.waiting({ tenant: key.tenant, thread: 't2' })).items.length, 1, 'what waits in one thread');
  const page = await store.waiting({ tenant: key.tenant, limit: 1 });
  const rest = await store.waiting({ tenant: key.tenant, limit: 1, after: page.next! });
  equal(rest.items[0]?.call.id, 't2-c1', 'the second page');
}

const none = {
  messages: [],
  removed: [],
  calls: [],
  decisions: [],
  run: { steps: 0, usage: { input: 0, output: 0, cachedInput: 0, reasoning: 0, unreported: 0, unreportedLength: 0 } },
};
