import { expect, test } from 'vitest';
import { liveOf } from './live.ts';

const still = { now: () => 0, after: () => () => {} };
const follow = (): Promise<void> => new Promise(() => {});
const nobody = { url: '', onUse: () => {}, onClose: () => {} };

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

test('whoever keeps a view is told while somebody listens, and when it was closed', async () => {
  const told: string[] = [];
  const live = liveOf(
    { follow, make: (state) => state },
    {
      url: '',
      clock: { now: () => 0, after: (_, run) => (run(), () => {}) },
      onUse: (isUsed) => told.push(isUsed ? 'used' : 'left'),
      onClose: () => told.push('closed'),
    },
  );
  live.subscribe(() => {})();
  live.subscribe(() => {});
  live.close();
  live.close();
  live.reconnect();
  live.subscribe(() => {});
  expect(told).toEqual(['used', 'left', 'used', 'closed']);
  expect(live.getSnapshot()).toEqual({ status: 'closed' });
});
