import { expect, test } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

const during = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('never two at once, each in its turn, also behind one that failed', async () => {
  const looks = new OneAtATime();
  const done: string[] = [];
  let under = 0;
  const look = (name: string): Promise<string> =>
    looks.do(async () => {
      under += 1;
      expect(under).toBe(1);
      await during(2);
      under -= 1;
      done.push(name);
      if (name === 'b') throw new Error('b failed');
      return name;
    });
  const all = await Promise.allSettled(['a', 'b', 'c', 'd'].map(look));
  expect(done).toEqual(['a', 'b', 'c', 'd']);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});

test('half of the time is left for all else', async () => {
  const looks = new OneAtATime();
  let busy = 0;
  const began = performance.now();
  const look = (): Promise<void> =>
    looks.do(async () => {
      const from = performance.now();
      await during(5);
      busy += performance.now() - from;
    });
  await Promise.all(Array.from({ length: 10 }, look));
  // The last one rests behind its end.
  expect(performance.now() - began).toBeGreaterThan(busy * 1.7);
});
