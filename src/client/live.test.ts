import { expect, test } from 'vitest';
import { liveOf } from './live.ts';

const still = { now: () => 0, after: () => () => {} };
const follow = (): Promise<void> => new Promise(() => {});
const nobody = { url: '', onClose: () => {} };

test('a view that is waited for is not waited for any more when the signal says so', async () => {
  const live = liveOf({ follow, make: (state) => state }, { ...nobody, clock: still });
  const ending = new AbortController();
  const waiting = live.until(({ status }) => status === 'live', { signal: ending.signal });
  ending.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  const bug = new TypeError('a bug');
  const broken = live.until(() => {
    throw bug;
  });
  await expect(broken).rejects.toBe(bug);
  live.close();
});

test('nothing is connected to for nobody', () => {
  let times = 0;
  const count = (): Promise<void> => {
    times += 1;
    return follow();
  };
  const live = liveOf({ follow: count, make: (state) => state }, { ...nobody, clock: still });
  live.reconnect();
  expect(times).toBe(0);
  live.subscribe(() => {});
  live.reconnect();
  expect(times).toBe(2);
  live.close();
});

test('whoever keeps a view is told once when it was closed', () => {
  let times = 0;
  const onClose = (): void => {
    times += 1;
  };
  const live = liveOf({ follow, make: (state) => state }, { ...nobody, clock: still, onClose });
  live.close();
  live.close();
  live.reconnect();
  expect([times, live.getSnapshot()]).toEqual([1, { status: 'closed' }]);
});
