import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteRange } from './byte-range.ts';

test.each([
  ['bytes=0-3', { from: 0, to: 4 }],
  ['bytes=9-9', { from: 9, to: 10 }],
  ['bytes=4-', { from: 4, to: 10 }],
  ['bytes=-3', { from: 7, to: 10 }],
  ['bytes=-99', { from: 0, to: 10 }],
  ['bytes=4-99', { from: 4, to: 10 }],
  ['BYTES=1-1', { from: 1, to: 2 }],
  ['bytes=10-', 'outside'],
  ['bytes=99-100', 'outside'],
  ['bytes=-0', 'outside'],
  ['bytes=5-2', 'all'],
  ['bytes=0-1,4-5', 'all'],
  ['bytes=-', 'all'],
  ['bytes=a-b', 'all'],
  ['bytes=1.5-2', 'all'],
  ['lines=0-1', 'all'],
  ['', 'all'],
  [null, 'all'],
] as const)('of ten bytes %j asks for %j', (header, range) => {
  expect(byteRange(header, 10)).toEqual(range);
});

test('whatever is asked for lies in what is there', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/)), fc.nat(), (header, size) => {
      const range = byteRange(header, size);
      if (typeof range === 'string') return;
      expect(range.from).toBeLessThan(range.to);
      expect(range.to).toBeLessThanOrEqual(size);
    }),
  );
});
