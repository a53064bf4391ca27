import { expect, it } from 'vitest';
import { conditionWords } from './words.ts';

it('says what a member must be, so that nothing is left out of it or taken for something else (X5)', () => {
  expect(conditionWords({ equals: 'ann' })).toBe('exactly "ann"');
  expect(conditionWords({ equals: '60' })).not.toBe(conditionWords({ equals: 60 }));
  expect(conditionWords({ equals: { a: [1] } })).toBe('exactly {"a":[1]}');
  expect(conditionWords('x\u202ey')).toBe('exactly "x\\u202ey"');
  expect(conditionWords({ gte: 0, lte: 60 })).toBe('from 0 up to 60');
  expect(conditionWords({ path: './docs/*' })).toBe('the path ./docs/*');
  expect(conditionWords({ path: ['./a', './b'] })).toBe('the path ./a or ./b');
  expect(conditionWords({ exists: true })).toBe('whatever it says');
  expect(conditionWords({ lte: 5, startsWith: 'x' })).toBe('{"lte":5,"startsWith":"x"}');
  expect(conditionWords(['a', 1])).toBe('["a",1]');
});
