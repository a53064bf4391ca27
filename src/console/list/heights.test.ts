import { describe, expect, test } from 'vitest';
import { Heights } from './heights.ts';

const keys = ['a', 'b', 'c', 'd'];

describe('the heights of a list', () => {
  test('are what was measured, and until then what was thought', () => {
    const heights = new Heights();
    heights.measure([{ key: 'b', height: 100, isAbove: false }], 10);
    const offsets = heights.offsets(keys, 10);
    expect([0, 1, 2, 3, 4].map((index) => offsets.at(index))).toEqual([0, 10, 110, 120, 130]);
    expect(offsets.total).toBe(130);
  });

  test('say which items are seen, down to the pixel', () => {
    const offsets = new Heights().offsets(keys, 10);
    expect(offsets.between(10, 19)).toEqual({ first: 1, last: 2 });
    expect(offsets.between(-500, 5)).toEqual({ first: 0, last: 1 });
    expect(offsets.between(25, 9_000)).toEqual({ first: 2, last: 4 });
    expect(offsets.between(9_000, 9_100)).toEqual({ first: 4, last: 4 });
    expect(new Heights().offsets([], 10).between(0, 100)).toEqual({ first: 0, last: 0 });
  });

  test('say by how much what is seen has to move when something above it is higher than it was thought', () => {
    const heights = new Heights();
    const above = { key: 'a', height: 60, isAbove: true };
    expect(heights.measure([above, { key: 'b', height: 90, isAbove: false }], 10)).toBe(50);
    // Measured again, and one that left the page: nothing moves.
    expect(heights.measure([above, { key: 'b', height: 0, isAbove: true }], 10)).toBe(0);
    expect(heights.offsets(keys, 10).at(2)).toBe(150);
  });
});
