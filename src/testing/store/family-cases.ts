import type { ChatEvent } from '../../conversation/event.ts';
import type { Append, Store } from '../../store/store.ts';
import type { ClaimedThread, ThreadKey } from '../../store/thread.ts';
import { append, asking, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Threads that are opened for calls of other threads. */
export const familyCases: readonly StageCase[] = [
  { name: 'a call is handed out and its thread opened by one append, or neither is (C3)', run: opened },
  { name: 'a thread whose run has ended wakes the one that waits for its answer (C3)', run: answered },
  { name: 'a thread is looked at when nobody waits for its answer any more (C3)', run: left },
  { name: 'whoever has a thread that another one wants to be looked at leaves it due (C3, S3)', run: whileHeld },
  { name: 'a parent and its child that wake each other at once are both due (C3)', run: crosswise },
  { name: 'what waits is listed under the outermost thread, and lists of threads have only that (C3, X1)', run: lists },
  { name: 'threads are erased with the outermost, but not while a call runs in one of them (C3, S7)', run: erased },
  { name: 'a thread that lies long enough stays while a call is in doubt below it (C3, S7)', run: kept },
];

const child: ThreadKey = { tenant: key.tenant, thread: 'child' };

/** A call that was started, and handed to a thread. */
export function handingOut(message: string, call: string, thread: string): readonly ChatEvent[] {
  const facts = { id: call, name: 'pay' };
  const attempt = { number: 1, startedAt: 1, deadline: 2 };
  const task = { thread, chat: 'research', say: 'Find out', title: 'Finding out' };
  return [
    ...asking(message, call),
    { type: 'tool', call: { ...facts, revision: 3, state: 'approved', by: 'person' } },
    { type: 'tool', call: { ...facts, revision: 4, state: 'running', attempt } },
    { type: 'tool', call: { ...facts, revision: 5, state: 'awaiting-result', child: task } },
  ];
}

/** A thread, one of whose calls waits for another thread. */
async function beginFamily(store: Store): Promise<void> {
  await begin(store);
  const said = { id: 'm1', role: 'user', parts: [], at: 1, author: 'bob' } as const;
  await append(store, [{ type: 'message', message: said }, ...handingOut('m2', 'c1', child.thread)]);
}

function cancelled(): ChatEvent {
  const call = { id: 'c1', name: 'pay', revision: 6, state: 'cancelled', by: 'stop', outcome: 'unknown' } as const;
  return { type: 'tool', call };
}

function claim(store: Store, which: ThreadKey): Promise<ClaimedThread | undefined> {
  return store.claim({ key: which, chats: ['shop', 'research'], holder: 'h', lease: 10_000 });
}

/** As whoever has a thread gives it back. */
function givingBack({ fence, thread }: ClaimedThread): Partial<Append> {
  return { tenant: thread.tenant, thread: thread.thread, fence, release: true, status: 'done' };
}

async function opened({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  const { seq } = (await store.load(key))!.thread;
  await append(store, [word('m1')]);
  const late = await append(store, handingOut('m2', 'c1', child.thread), { seen: seq });
  equal([late.type, await store.load(child)], ['refused', undefined], 'an append that others came before');
  await append(store, handingOut('m2', 'c1', child.thread));
  const claimed = (await claim(store, child))!;
  const { chat, owner, title, within, status } = claimed.thread;
  const expected = { chat: 'research', owner: 'ann', title: 'Finding out', within: [{ thread: 't1', call: 'c1' }] };
  equal({ chat, owner, title, within, status }, { ...expected, status: 'working' }, 'the thread');
  equal(
    claimed.messages.map(({ role, parts }) => [role, parts]),
    [['user', [{ type: 'text', text: 'Find out' }]]],
    'what it is told',
  );
}

async function answered({ store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  equal(await claim(store, key), undefined, 'the parent while its child works');
  const working = (await claim(store, child))!;
  equal(working.messages[0]?.author, 'bob', 'whose word it follows from');
  await append(store, [word('w1')], { ...givingBack(working), status: 'paused' });
  equal(await claim(store, key), undefined, 'the parent while its child waits');
  await append(store, [word('w2')], { ...child, wake: 'now' });
  const again = (await claim(store, child))!;
  await append(store, [word('w3')], givingBack(again));
  equal((await claim(store, key))?.thread.thread, key.thread, 'the parent when its child has ended');
}

async function left({ store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  const working = (await claim(store, child))!;
  await append(store, [word('w1')], { ...givingBack(working), status: 'paused' });
  equal(await claim(store, child), undefined, 'while it waits');
  await append(store, [cancelled()]);
  const looking = (await claim(store, child))!;
  equal(looking.thread.thread, child.thread, 'when the call was cancelled');
  await append(store, [word('w2')], { ...givingBack(looking), status: 'paused' });
  await append(store, handingOut('m3', 'c2', 'other'));
  await append(store, [{ type: 'rewind', message: 'm3' }]);
  const withdrawn = { ...child, thread: 'other' };
  equal((await claim(store, withdrawn))?.thread.within?.[0]?.call, 'c2', 'when its message was withdrawn');
}

async function whileHeld({ store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  await append(store, [word('m4')], { wake: 'now' });
  const holding = (await claim(store, key))!;
  const working = (await claim(store, child))!;
  await append(store, [word('w1')], givingBack(working));
  equal(await claim(store, key), undefined, 'while somebody has it');
  await append(store, [word('m5')], { ...givingBack(holding), status: 'paused' });
  const next = (await claim(store, key))!;
  equal(next.thread.thread, key.thread, 'when it was given back');
  await append(store, [word('m6')], { ...givingBack(next), status: 'paused' });
  equal(await claim(store, key), undefined, 'when it was looked at');
}

async function crosswise({ store, beside = store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  const working = (await claim(store, child))!;
  const answers = await Promise.all([
    append(store, [word('w1')], givingBack(working)),
    append(beside, [cancelled()], { wake: 'now' }),
  ]);
  equal(
    answers.map(({ type }) => type),
    ['appended', 'appended'],
    'both',
  );
  const due = [await claim(store, key), await claim(store, child)];
  equal(due.map((one) => one !== undefined)[0], true, 'the parent');
}

async function lists({ store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  const said = { id: 'w1', role: 'user', parts: [], at: 1 } as const;
  await append(store, [{ type: 'message', message: said }, ...asking('w2', 'c9')], child);
  const threads = async (within?: string): Promise<readonly string[]> => {
    const { items } = await store.list({ tenant: key.tenant, ...(within !== undefined && { within }) });
    return items.map(({ thread }) => thread);
  };
  equal([await threads(), await threads('t1'), await threads('child')], [['t1'], ['child'], []], 'threads');
  const calls = async (query: object): Promise<readonly string[]> => {
    const { items } = await store.waiting({ tenant: key.tenant, ...query });
    return items.map(({ thread, call }) => `${thread.within?.[0]?.call} ${call.id}`);
  };
  const found = [{}, { thread: 't1' }, { thread: 'child' }, { thread: 't1', person: { by: 'ann' } }].map(calls);
  equal(await Promise.all(found), [['c1 c9'], ['c1 c9'], ['c1 c9'], ['c1 c9']], 'what waits');
}

async function erased({ store }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  equal(await store.erase(child), 'refused', 'a thread that answers a call');
  const facts = { id: 'c8', name: 'pay' };
  const attempt = { number: 1, startedAt: 1, deadline: 2 };
  await append(
    store,
    [
      ...asking('w2', 'c8'),
      { type: 'tool', call: { ...facts, revision: 3, state: 'approved', by: 'person' } },
      { type: 'tool', call: { ...facts, revision: 4, state: 'running', attempt } },
    ],
    child,
  );
  equal(await store.erase(key), 'refused', 'while a call runs below');
  await append(store, [{ type: 'tool', call: { ...facts, revision: 5, state: 'completed', output: 1 } }], child);
  equal(await store.erase(key), 'erased', 'when it is over');
  equal([await store.load(key), await store.load(child)], [undefined, undefined], 'what is left');
}

async function kept({ store, wait }: StoreUnderTest): Promise<void> {
  await beginFamily(store);
  const facts = { id: 'c8', name: 'pay' };
  await append(
    store,
    [
      ...asking('w2', 'c8'),
      { type: 'tool', call: { ...facts, revision: 3, state: 'approved', by: 'person' } },
      { type: 'tool', call: { ...facts, revision: 4, state: 'in-doubt', reason: 'restored' } },
    ],
    { ...child, status: 'failed' },
  );
  await append(store, [cancelled()], { status: 'failed' });
  await wait(300);
  equal([await store.expire(200), await store.expire(200)], [false, false], 'in doubt below');
  await append(store, [{ type: 'tool', call: { ...facts, revision: 5, state: 'completed', output: 1 } }], child);
  await wait(300);
  equal([await store.expire(200), await store.expire(200)], [true, false], 'when it is known');
  equal(await store.load(child), undefined, 'what is left');
}
