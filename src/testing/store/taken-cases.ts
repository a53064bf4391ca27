import type { AppendAnswer, Claim } from '../../store/store.ts';
import type { ClaimedThread } from '../../store/thread.ts';
import { append, begin, equal, key, word } from './case.ts';
import type { StageCase, StoreUnderTest } from './case.ts';

/** Who takes a thread with what they append to it. */
export const takenCases: readonly StageCase[] = [
  { name: 'an append takes the thread with it, and wakes nobody (E8)', run: takenWith },
  { name: 'an append takes no thread with it that somebody has, or that is not due (E8)', run: notTakenWith },
];

/** What an append says of the thread that it took with it. */
function takenBy(answer: AppendAnswer): ClaimedThread | undefined {
  return answer.type === 'appended' ? answer.claimed : undefined;
}

async function takenWith({ store, wait }: StoreUnderTest): Promise<void> {
  await begin(store);
  const woken: string[] = [];
  const end = store.onWake(({ thread }) => void woken.push(thread));
  const more = { id: 'first', wake: 'now', status: 'working', claim: taker } as const;
  const claimed = takenBy(await append(store, [word('m1')], more));
  equal(
    claimed?.messages.map(({ id }) => id),
    ['m1'],
    'its messages',
  );
  equal(
    [claimed?.thread.seq, claimed?.thread.status, claimed?.thread.lease?.holder],
    [1, 'working', 'h'],
    'the thread',
  );
  equal(await store.claim({ key, ...taker }), undefined, 'somebody else meanwhile');
  const { fence } = claimed!;
  equal((await store.check(key, fence)).type, 'held', 'the check');
  equal((await append(store, [word('m2')], { fence })).type, 'appended', 'what its holder does');
  // A wake that was told would have come by now.
  await wait(30);
  end();
  equal(woken, [], 'wakes');
  await append(store, [], { fence, release: true });
  equal(takenBy(await append(store, [word('m3')], { wake: 'now', claim: taker }))?.takeovers, 0, 'its takeovers');
}

async function notTakenWith({ store }: StoreUnderTest): Promise<void> {
  await begin(store);
  equal(takenBy(await append(store, [word('m1')], { claim: taker })), undefined, 'a thread that is not due');
  const others = { wake: 'now', claim: { ...taker, chats: ['other'] } } as const;
  equal(takenBy(await append(store, [word('m2')], others)), undefined, 'by whoever lacks its chat');
  const { fence } = (await store.claim({ key, ...taker }))!;
  const answer = await append(store, [word('m3')], { wake: 'now', claim: { ...taker, holder: 'g' } });
  equal([answer.type, takenBy(answer)], ['appended', undefined], 'a thread that somebody has');
  equal((await store.check(key, fence)).type, 'held', 'who has it');
  await append(store, [], { fence, release: true });
  const late = await append(store, [word('m4')], { wake: 'now', claim: taker, seen: 1 });
  equal(late.type, 'refused', 'who has not seen what others appended');
  equal((await store.load(key))?.thread.lease, undefined, 'a lease');
}

/** Who takes a thread with what they append. */
const taker: Omit<Claim, 'key'> = { chats: ['shop'], holder: 'h', lease: 10_000 };
