import { expect, test } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import type { Deltas, Landed } from '../store/log.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import type { ClaimedThread } from '../store/thread.ts';
import { GroupCommit } from './group-commit.ts';
import type { Speaker } from './group-commit.ts';
import { Lease, moment } from './lease.ts';

/** A store that answers as it is told to; what it was given stands in the list. */
function storeThat(answers: (deltas: readonly Deltas[]) => readonly (Landed | undefined)[]) {
  const batches: (readonly string[])[] = [];
  const appendDeltas: Store['appendDeltas'] = async (deltas) => {
    batches.push(deltas.map(({ thread }) => thread));
    return answers(deltas);
  };
  return { store: { ...memoryStore(), appendDeltas } as Store, batches };
}

type TestSpeaker = Speaker & { isCommitting: boolean; readonly places: number[] };

function speaker(thread: string): TestSpeaker {
  const claimed = { thread: { tenant: 'acme', thread }, fence: { epoch: 1, nonce: 'n' } } as ClaimedThread;
  const places: number[] = [];
  return {
    lease: new Lease(memoryStore(), claimed, { lease: 60_000, since: moment() }),
    seq: 1,
    isCommitting: false,
    places,
    takeDeltas: () => [{ type: 'text', message: 'm', part: 0, delta: thread }],
    landed: ({ seq }) => void places.push(seq),
  };
}

test('what several threads say is written at once, and each is told where it stands (S4)', async () => {
  const { store, batches } = storeThat((deltas) => deltas.map((_, index) => ({ seq: index + 5, committed: 1 })));
  const group = new GroupCommit(store, () => {});
  const both = [speaker('t1'), speaker('t2')] as const;
  for (const one of both) group.add(one);
  await group.flush(both[0]);
  expect([batches, both.map(({ places }) => places)]).toEqual([[['t1', 't2']], [[5], [6]]]);
  for (const { lease } of both) lease.leave();
});

test('a thread that commits is left out until it has (S4)', async () => {
  const { store, batches } = storeThat((deltas) => deltas.map(() => ({ seq: 5, committed: 1 })));
  const group = new GroupCommit(store, () => {});
  const both = [speaker('t1'), speaker('t2')] as const;
  both[0].isCommitting = true;
  for (const one of both) group.add(one);
  await group.flush(both[1]);
  both[0].isCommitting = false;
  await group.flush(both[0]);
  expect(batches).toEqual([['t2'], ['t1']]);
  for (const { lease } of both) lease.leave();
});

test("a thread that is somebody else's falls out alone, and its run is told (S4, E8)", async () => {
  const { store } = storeThat(() => [undefined, { seq: 6, committed: 1 }]);
  const group = new GroupCommit(store, () => {});
  const both = [speaker('t1'), speaker('t2')] as const;
  for (const one of both) group.add(one);
  await group.flush(both[0]);
  expect(both.map(({ lease }) => [lease.isOver, lease.signal.aborted])).toEqual([
    [true, true],
    [false, false],
  ]);
  both[1].lease.leave();
});

test('a batch is tried again until it is there, or its threads are gone (E8)', async () => {
  const errors: unknown[] = [];
  const one = speaker('t1');
  const { store, batches } = storeThat(() => {
    if (batches.length === 3) one.lease.leave();
    throw new Error('away');
  });
  const group = new GroupCommit(store, (error) => errors.push(error));
  group.add(one);
  await group.flush(one);
  expect([batches.length, errors.length]).toEqual([3, 3]);
});

test('what a store refuses of one thread keeps the others from nothing, and their runs from waiting (E6, S4)', async () => {
  const { store, batches } = storeThat((deltas) => {
    if (deltas.some(({ thread }) => thread === 't2')) throw new Error('no such character');
    return deltas.map(() => ({ seq: 5, committed: 1 }));
  });
  const errors: unknown[] = [];
  const group = new GroupCommit(store, (error) => errors.push(error));
  const all = [speaker('t1'), speaker('t2'), speaker('t3')] as const;
  for (const one of all) group.add(one);
  await group.flush(all[0]);
  expect(all.map(({ places }) => places)).toEqual([[5], [], [5]]);
  expect(all.map(({ lease }) => lease.isOver)).toEqual([false, false, false]);
  const alone = batches.filter((threads) => threads.length === 1).map(([thread]) => thread);
  expect([alone.filter((one) => one === 't1'), alone.filter((one) => one === 't3')]).toEqual([['t1'], ['t3']]);
  expect(errors.length).toBeGreaterThan(1);
  for (const { lease } of all) lease.leave();
});

test('what may pass is waited for however long it takes (E8)', async () => {
  let left = 7;
  const { store, batches } = storeThat((deltas) => {
    left -= 1;
    if (left > 0) throw new ChatError('network', 'away', { retryable: true });
    return deltas.map(() => ({ seq: 5, committed: 1 }));
  });
  const group = new GroupCommit(store, () => {});
  const both = [speaker('t1'), speaker('t2')] as const;
  for (const one of both) group.add(one);
  await group.flush(both[0]);
  expect([batches, both.map(({ places }) => places)]).toEqual([
    Array.from({ length: 7 }, () => ['t1', 't2']),
    [[5], [5]],
  ]);
  for (const { lease } of both) lease.leave();
});
