import { expect, test } from 'vitest';
import { reasonFor } from './finish-reason.ts';

test('a word that nobody knows is another reason, be it a name that every object has', () => {
  const words = ['stop', 'eos', 'constructor', '__proto__', 'toString', ''];
  const reasons = words.map((word) => reasonFor(word, { stop: 'stop' }));
  expect(reasons).toEqual(['stop', 'other', 'other', 'other', 'other', 'other']);
});
