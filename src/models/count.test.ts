import { expect, test } from 'vitest';
import { count } from './count.ts';

test('only a number that can be counted with counts', () => {
  // What JSON calls 1e999 is infinite.
  expect([12, 0, 1.5].map(count)).toEqual([12, 0, 1.5]);
  expect([-1, JSON.parse('1e999'), 1e308, Number.NaN, '7', null, undefined, {}].map(count)).toEqual(Array(8).fill(0));
});
