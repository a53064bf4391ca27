import type { ChatEvent } from '../../conversation/event.ts';
import type { RevocationAnswer, Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { append, asking, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** What happens to threads that are taken from whoever has them, because their store was set back. */
export const revokeCases: readonly StageCase[] = [
  { name: 'threads that are taken are nobody else’s: what their holders knew of them is fenced (E8)', run: fenced },
  { name: 'of threads that are taken, one that somebody had is due, and others are as they were (E8)', run: due },
  {
    name: 'a thread with a call that may have been started is named, and is due no more until somebody says so (E8)',
    run: unsure,
  },
  { name: 'threads of all tenants are taken page by page, each of them once, archived ones too (E8)', run: paged },
  { name: 'no thread is taken while somebody keeps one, unless it is forced (E8)', run: kept },
];

/** Words for a call of `asking`, up to a state. */
function moved(call: string, ...states: readonly object[]): readonly ChatEvent[] {
  const facts = { id: call, name: 'pay' };
  return states.map((standing, index) => ({
    type: 'tool',
    call: { ...facts, revision: index + 3, ...(standing as { readonly state: 'running' }) },
  }));
}

const approved = { state: 'approved', by: 'person' };
const running = { state: 'running', attempt: { number: 1, startedAt: 1, deadline: 2 } };

async function fenced({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const { fence } = (await store.claim({ key, chats: ['shop'], holder: 'h', lease: 1 }))!;
  await wait(5);
  equal(await store.revoke({}), { type: 'revoked', count: 1, unsure: [] }, 'what was taken');
  equal(await append(store, [word('m2')], { fence }), { type: 'fenced' }, 'its append');
  equal(await store.renew(key, fence, 1_000), { type: 'fenced' }, 'its renewal');
  equal(await store.check(key, fence), { type: 'fenced' }, 'its check');
  const next = (await store.claim({ key, chats: ['shop'], holder: 'h', lease: 1_000 }))!;
  equal([next.fence.epoch > fence.epoch + 1, next.fence.nonce === fence.nonce], [true, false], 'the next fence');
  equal(next.takeovers, 0, 'its takeovers');
}

async function due({ store, wait }: StoreUnderTest): Promise<void> {
  for (const thread of ['held', 'idle', 'told']) await begin(store, { tenant: key.tenant, thread });
  await append(store, [word('m1')], { thread: 'held', wake: 'now' });
  const held = { tenant: key.tenant, thread: 'held' };
  // Its holder has committed a model's answer: nothing is due but that it goes on.
  const { fence } = (await store.claim({ key: held, chats: ['shop'], holder: 'h', lease: 1 }))!;
  await append(store, asking('m2', 'c1'), { thread: 'held', fence });
  await append(store, [word('m3')], { thread: 'told', wake: 'now' });
  await wait(5);
  const before = (await store.list({ tenant: key.tenant })).items;
  equal((await store.revoke({})).type, 'revoked', 'the answer');
  const { items } = await store.list({ tenant: key.tenant });
  equal(
    items.map(({ thread, lease, wakeAt }) => [thread, lease ?? null, wakeAt !== undefined]),
    [
      ['told', null, true],
      ['held', null, true],
      ['idle', null, false],
    ],
    'which are due',
  );
  equal(items.map(changes), before.map(changes), 'when they were changed');
}

function changes({ thread, seq, updatedAt }: { thread: string; seq: number; updatedAt: number }): object {
  return { thread, seq, updatedAt };
}

async function unsure({ store }: StoreUnderTest): Promise<void> {
  const cases = { a: [], b: [approved], c: [approved, running], d: [approved, running, { state: 'completed' }] };
  for (const [thread, states] of Object.entries(cases)) {
    await begin(store, { tenant: key.tenant, thread });
    await append(store, [...asking('m1', 'c1'), ...moved('c1', ...states)], { thread, wake: 'now' });
  }
  const named = ['b', 'c'].map((thread) => ({ tenant: key.tenant, thread }));
  equal(sorted(await store.revoke({})), named, 'the threads');
  equal(await claimed(store, 4), ['a', 'd'], 'those that are due');
  equal(sorted(await store.revoke({ force: true })), named, 'the threads, once more');
  await append(store, [], { thread: 'b', wake: 'now' });
  equal(await store.claim({ key: named[1]!, chats: ['shop'], holder: 'h', lease: 1_000 }), undefined, 'the other one');
  equal((await store.claim({ key: named[0]!, chats: ['shop'], holder: 'h', lease: 1_000 }))?.takeovers, 0, 'the one');
}

function sorted(answer: RevocationAnswer): readonly ThreadKey[] {
  return answer.type === 'held' ? [] : answer.unsure.toSorted((one, other) => (one.thread < other.thread ? -1 : 1));
}

async function claimed(store: Store, tries: number): Promise<readonly string[]> {
  const threads: string[] = [];
  for (let count = 0; count < tries; count += 1) {
    const one = await store.claim({ chats: ['shop'], holder: 'h', lease: 10_000 });
    if (one) threads.push(one.thread.thread);
  }
  return threads.toSorted();
}

async function paged({ store }: StoreUnderTest): Promise<void> {
  const keys = ['acme', 'b', 'zoo'].flatMap((tenant) => ['t1', 't2', 'Ä'].map((thread) => ({ tenant, thread })));
  for (const one of keys) {
    await begin(store, one);
    await append(store, [...asking('m1', 'c1'), ...moved('c1', approved)], one);
  }
  await store.update(keys[4]!, { archived: true });
  const seen: string[] = [];
  const counts: number[] = [];
  let after: string | undefined;
  do {
    const page = await store.revoke({ limit: 4, ...(after !== undefined && { after }) });
    if (page.type === 'held') throw new Error('somebody has one');
    seen.push(...page.unsure.map(({ tenant, thread }) => `${tenant} ${thread}`));
    counts.push(page.count);
    after = page.next;
  } while (after !== undefined);
  equal(counts, [4, 4, 1], 'how many at once');
  equal(seen.toSorted(), keys.map(({ tenant, thread }) => `${tenant} ${thread}`).toSorted(), 'which');
}

async function kept({ store }: StoreUnderTest): Promise<void> {
  for (const thread of ['t1', 't2', 't3']) await begin(store, { tenant: key.tenant, thread });
  const last = { tenant: key.tenant, thread: 't3' };
  await append(store, [word('m1')], { ...last, wake: 'now' });
  const { fence } = (await store.claim({ key: last, chats: ['shop'], holder: 'worker 7', lease: 60_000 }))!;
  const held = { type: 'held', thread: last, holder: 'worker 7' };
  equal(await store.revoke({ limit: 2 }), held, 'the first page, on which it does not stand');
  equal((await store.renew(last, fence, 60_000)).type, 'held', 'its holder');
  const first = await store.revoke({ limit: 2, force: true });
  if (first.type === 'held' || first.next === undefined) throw new Error('there is no second page');
  equal(await store.revoke({ limit: 2, after: first.next }), held, 'the page on which it stands');
  equal((await store.revoke({ limit: 2, after: first.next, force: true })).type, 'revoked', 'by force');
  equal(await store.renew(last, fence, 60_000), { type: 'fenced' }, 'its holder then');
}
