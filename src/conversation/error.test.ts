import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/errors.md has a section for each code, and none besides', () => {
  const source = readFileSync(new URL('error.ts', import.meta.url), 'utf8');
  const union = source.slice(source.indexOf('type ErrorCode'), source.indexOf(';', source.indexOf('type ErrorCode')));
  const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  expect(codes.length).toBeGreaterThan(10);
  expect([...page.matchAll(/^## `([\w-]+)`$/gm)].map(([, code]) => code)).toEqual(codes);
});
