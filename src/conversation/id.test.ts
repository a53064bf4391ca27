import { expect, test } from 'vitest';
import { newId } from './id.ts';

test('ids count up behind a prefix that is long enough for no other process to have it', () => {
  const ids = Array.from({ length: 100 }, newId);
  expect(new Set(ids).size).toBe(100);
  const prefixes = new Set(ids.map((id) => id.split('-')[0]));
  expect([...prefixes]).toEqual([expect.stringMatching(/^[0-9a-z]{11,13}$/)]);
});
