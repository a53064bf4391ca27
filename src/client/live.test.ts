import { expect, test } from 'vitest';
import { liveOf } from './live.ts';

test('whoever keeps a view is told while somebody listens, and when it was closed', async () => {
  const told: string[] = [];
  const live = liveOf(
    { follow: () => new Promise(() => {}), make: (state) => state },
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
  expect(told).toEqual(['used', 'left', 'used', 'closed']);
  expect(live.getSnapshot()).toEqual({ status: 'closed' });
});
