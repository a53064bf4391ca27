import { expect, test, vi } from 'vitest';
import { Pulse } from './pulse.ts';

test('a process notices that its event loop stood still for longer than a lease is renewed (E9)', () => {
  vi.useFakeTimers();
  try {
    const stalls: number[] = [];
    let now = 100;
    const pulse = new Pulse(
      (length) => stalls.push(length),
      () => now,
    );
    const passing = (milliseconds: number): void => {
      now += milliseconds;
      vi.advanceTimersByTime(500);
    };
    pulse.start();
    for (const milliseconds of [500, 3_400, 4_700, 500]) passing(milliseconds);
    expect(stalls).toEqual([4_200]);
    pulse.stop();
    passing(9_000);
    expect(stalls).toEqual([4_200]);
  } finally {
    vi.useRealTimers();
  }
});
