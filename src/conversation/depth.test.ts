import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep } from './depth.ts';

const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

test('what is nested more than 500 deep is refused, however wide it is', () => {
  expect([isTooDeep(nested(500)), isTooDeep(nested(502)), isTooDeep(nested(200_000))]).toEqual([false, true, true]);
  expect(isTooDeep(JSON.stringify(Array.from({ length: 2000 }, () => [[{}]])))).toBe(false);
});

test('half of what is nested too deeply is refused too', () => {
  expect(isTooDeep('['.repeat(5000))).toBe(true);
});

test('brackets in strings nest nothing, whatever is escaped there', () => {
  for (const text of ['['.repeat(5000), '\\"['.repeat(5000), '\\\\"{'.repeat(5000), '"\\'.repeat(5000)]) {
    expect(isTooDeep(JSON.stringify([text, { [text]: text }]))).toBe(false);
    expect(isTooDeep(`[${JSON.stringify(text)},${nested(600)}]`)).toBe(true);
  }
});

test('JSON of any strings is not too deep', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', 'a') }), { minLength: 300 }),
      (texts) => {
        expect(isTooDeep(JSON.stringify(texts))).toBe(false);
      },
    ),
  );
});
