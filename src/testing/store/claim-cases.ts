import type { Claim, Renewal, Store } from '../../store/store.ts';
import type { ClaimedThread } from '../../store/thread.ts';
import { append, asking, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Who may advance a thread, for how long, and what happens when somebody else may. */
export const claimCases: readonly StageCase[] = [
  { name: 'a thread is claimed when it is due, by a worker that has its chat (C1)', run: due },
  { name: 'a claimed thread is claimed once; its lease runs out, and the old holder is fenced (E8)', run: lapsed },
  { name: 'a renewed lease holds, and says what others have appended (D3)', run: renewed },
  { name: 'who takes, loads, renews or checks is told what the clock of the store says (E9)', run: clock },
  { name: 'words of others are seen before anything else is stored (D3)', run: others },
  { name: 'a thread given back is due when the first of its calls is (S2)', run: givenBack },
  { name: 'of many workers that poll each takes another thread (S3)', run: polled },
  { name: 'of many workers that are woken one takes the thread (S3)', run: woken },
  { name: 'takeovers are counted until the thread comes on (L6)', run: takeovers },
  { name: 'a run that is to stop stores its end and nothing else (E7)', run: stopped },
  { name: 'a word said behind a stop is answered when the stopped run has ended (E7)', run: spokenBehindStop },
  { name: 'a stop reaches a run that a time has begun, on a thread that was paused (E7)', run: stopOfPaused },
  { name: 'a stop outlasts a holder that gives the thread back (E7)', run: stopOutlasts },
  { name: 'a listener hears of what changes', run: heard },
];

/** What only shows with two processes on the same data. */
export const besideCases: readonly StageCase[] = [
  { name: 'another process sees the same, and hears of it', run: seenBeside },
];

/** A worker that wants the thread. */
function claim(store: Store, more: Partial<Claim> = {}): Promise<ClaimedThread | undefined> {
  return store.claim({ key, chats: ['shop'], holder: 'h', lease: 10_000, ...more });
}

async function due({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal(await claim(store), undefined, 'a new thread');
  await append(store, [word('m1')], { wake: 'now' });
  equal(await claim(store, { chats: ['other'] }), undefined, 'a worker with other chats');
  const claimed = await claim(store);
  equal(
    claimed?.messages.map(({ id }) => id),
    ['m1'],
    'its messages',
  );
  equal(claimed?.takeovers, 0, 'who had it before');
}

async function lapsed({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  // Long enough for a busy machine to ask meanwhile.
  const first = await claim(store, { lease: 800 });
  equal(await claim(store), undefined, 'while it is held');
  await wait(830);
  const second = await claim(store, { lease: 10_000 });
  equal(second?.takeovers, 1, 'after the lease');
  equal(second!.fence.epoch > first!.fence.epoch && second!.fence.nonce !== first!.fence.nonce, true, 'the fence');
  equal(await append(store, [word('m2')], { fence: first!.fence }), { type: 'fenced' }, 'the old holder');
  equal(await store.renew(key, first!.fence, 1_000), { type: 'fenced' }, 'its renewal');
  equal(await store.check(key, first!.fence), { type: 'fenced' }, 'its check');
  equal(
    held(await store.check(key, second!.fence)),
    { seq: 1, committed: 1, stopped: false },
    'the check of the new one',
  );
  equal(
    await append(store, [word('m2')], { fence: { ...second!.fence, nonce: 'x' } }),
    { type: 'fenced' },
    'another nonce',
  );
  equal((await append(store, [word('m2')], { fence: second!.fence })).type, 'appended', 'the new holder');
}

async function renewed({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const { fence } = (await claim(store, { lease: 60 }))!;
  await append(store, [word('m2')], { wake: 'now' });
  equal(held(await store.renew(key, fence, 400)), { seq: 2, committed: 2, stopped: false }, 'the renewal');
  await wait(120);
  equal(await claim(store), undefined, 'after the first lease would have ended');
}

/** What is said of a thread that is still its holder's, but the time. */
function held(renewal: Renewal): object | undefined {
  if (renewal.type === 'fenced') return undefined;
  return { seq: renewal.seq, committed: renewal.committed, stopped: renewal.stopped };
}

async function clock({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const before = await store.now();
  const { fence, now } = (await claim(store))!;
  const times = [before, now];
  for (const excerpt of [undefined, {}]) {
    await wait(3);
    times.push((await store.load(key, excerpt))?.now ?? Number.NaN);
  }
  for (const ask of [() => store.check(key, fence), () => store.renew(key, fence, 10_000)]) {
    await wait(3);
    const answer = await ask();
    times.push(answer.type === 'held' ? answer.now : Number.NaN);
  }
  times.push(await store.now());
  const inOrder = times.every((time, index) => time >= (times[index - 1] ?? 0));
  equal([inOrder, times.at(-1)! > before], [true, true], 'the times, one after the other');
}

async function others({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const { fence, thread } = (await claim(store))!;
  await append(store, [word('m2')], { wake: 'now' });
  const answer = await append(store, [], { fence, seen: thread.seq, release: true });
  equal(answer, { type: 'refused', events: [word('m2')], seq: 2, stopped: false }, 'giving it back too early');
  equal((await append(store, [], { fence, release: true })).type, 'appended', 'giving it back');
}

async function givenBack({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  const now = await store.now();
  await append(store, [word('m1')], { wake: 'now' });
  const { fence } = (await claim(store))!;
  const later = {
    type: 'tool',
    call: { id: 'c1', name: 'pay', revision: 3, state: 'snoozed', until: now + 1_000 },
  } as const;
  await append(store, [...asking('m2', 'c1'), later], { fence, status: 'paused', release: true });
  equal(await claim(store), undefined, 'before the time');
  equal((await store.load(key))?.thread.wakeAt, now + 1_000, 'its time');
  await wait(1_050);
  equal((await claim(store))?.takeovers, 0, 'at its time');
}

async function polled({ store }: StoreUnderTest): Promise<void> {
  const threads = ['t1', 't2', 't3', 't4', 't5'];
  for (const thread of threads) {
    await begin(store, { tenant: key.tenant, thread });
    await append(store, [word(`${thread}-m1`)], { thread, wake: 'now' });
  }
  const poll = () => store.claim({ chats: ['shop'], holder: 'h', lease: 10_000 });
  const taken = await Promise.all(Array.from({ length: 12 }, poll));
  equal(taken.flatMap((one) => one?.thread.thread ?? []).toSorted(), threads, 'what was taken');
}

async function woken({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  const taken = await Promise.all(Array.from({ length: 12 }, () => claim(store)));
  equal(taken.filter((one) => one !== undefined).length, 1, 'how many have it');
}

async function takeovers({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  await claim(store, { lease: 20 });
  await wait(40);
  await claim(store, { lease: 20 });
  await wait(40);
  const third = (await claim(store, { lease: 20 }))!;
  equal(third.takeovers, 2, 'takeovers without progress');
  await append(store, asking('m2', 'c1'), { fence: third.fence });
  await wait(40);
  equal((await claim(store))?.takeovers, 1, 'after the thread came on');
}

async function stopped({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal(await store.stop(key), false, 'where nothing runs');
  await append(store, [word('m1')], { wake: 'now', status: 'working' });
  const { fence } = (await claim(store))!;
  equal(await store.stop(key), true, 'a run that goes on');
  equal(held(await store.renew(key, fence, 10_000)), { seq: 1, committed: 1, stopped: true }, 'the renewal');
  const answer = await append(store, asking('m2', 'c1'), { fence });
  equal(answer, { type: 'refused', events: [], seq: 1, stopped: true }, 'what the run stores');
  const end = await append(store, [], { fence, status: 'failed', error: 'aborted', release: true, afterStop: true });
  equal(end.type, 'appended', 'its end');
  await append(store, [word('m3')], { wake: 'now', status: 'working' });
  const next = (await claim(store))!;
  equal((await append(store, asking('m4', 'c2'), { fence: next.fence })).type, 'appended', 'the next run');
}

async function spokenBehindStop({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now', status: 'working' });
  const { fence } = (await claim(store))!;
  await append(store, [word('m2')], { wake: 'now', status: 'working' });
  const end = { fence, status: 'failed', error: 'aborted', release: true, afterStop: true } as const;
  await store.stop(key);
  await append(store, [word('m3')], { wake: 'now', status: 'working' });
  const kept = await append(store, asking('m4', 'c1'), { fence, afterStop: true });
  equal(kept.type, 'appended', 'what the stopped run still stores');
  equal((await append(store, [], end)).type, 'appended', 'its end');
  const { thread } = (await store.load(key))!;
  equal([thread.status, thread.error], ['working', undefined], 'how the thread stands');
  const next = (await claim(store))!;
  equal(held(await store.check(key, next.fence)), { seq: 7, committed: 7, stopped: false }, 'what the next run hears');
  await store.stop(key);
  await append(store, [word('m5')], { wake: 'now', status: 'working' });
  await store.stop(key);
  await append(store, [], { ...end, fence: next.fence });
  equal([(await store.load(key))?.thread.status, await claim(store)], ['failed', undefined], 'a stop behind the word');
}

async function stopOfPaused({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, asking('m1', 'c1'), { status: 'paused', wake: 'now' });
  equal(await store.stop(key), false, 'while nobody holds it');
  const { fence } = (await claim(store))!;
  equal(await store.stop(key), true, 'while somebody does');
  equal(held(await store.check(key, fence)), { seq: 4, committed: 4, stopped: true }, 'what its holder hears');
}

async function stopOutlasts({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  await append(store, [word('m1')], { wake: 'now', status: 'working' });
  const first = (await claim(store))!;
  await store.stop(key);
  const back = await append(store, [], { fence: first.fence, release: true, wake: 'now' });
  equal(back.type, 'appended', 'giving it back');
  const second = (await claim(store))!;
  const answer = await append(store, asking('m2', 'c1'), { fence: second.fence });
  equal(answer, { type: 'refused', events: [], seq: 1, stopped: true }, 'what the next holder stores');
}

async function heard({ store, wait }: StoreUnderTest): Promise<void> {
  const threads: string[] = [];
  const leave = store.subscribe(({ thread }) => threads.push(thread));
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  await until(() => threads.includes('t1'), wait);
  threads.splice(0);
  equal(await store.erase(key), 'erased', 'erasing it');
  // Whoever shows it is to show it no longer.
  await until(() => threads.includes('t1'), wait);
  leave();
}

async function seenBeside({ store, beside, wait }: StoreUnderTest): Promise<void> {
  const other = beside!;
  const threads: string[] = [];
  const leave = other.subscribe(({ thread }) => threads.push(thread));
  await begin(store);
  await append(store, [word('m1')], { wake: 'now' });
  equal(
    (await other.load(key))?.messages.map(({ id }) => id),
    ['m1'],
    'its messages',
  );
  const both = [store, other].map((each) => each.claim({ key, chats: ['shop'], holder: 'h', lease: 10_000 }));
  equal((await Promise.all(both)).filter((one) => one !== undefined).length, 1, 'how many have it');
  await until(() => threads.includes('t1'), wait);
  leave();
}

async function until(isSo: () => boolean, wait: StoreUnderTest['wait']): Promise<void> {
  for (let waited = 0; waited < 3_000; waited += 25) {
    if (isSo()) return;
    await wait(25);
  }
  throw new Error('nobody heard of it within three seconds');
}
