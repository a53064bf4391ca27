import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ChatError, messageOf } from './error.ts';

test('docs/errors.md has a section for each code, and none besides', () => {
  const source = readFileSync(new URL('error.ts', import.meta.url), 'utf8');
  const union = source.slice(source.indexOf('type ErrorCode'), source.indexOf(';', source.indexOf('type ErrorCode')));
  const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  expect(codes.length).toBeGreaterThan(10);
  expect([...page.matchAll(/^## `([\w-]+)`$/gm)].map(([, code]) => code)).toEqual(codes);
});

test('an error keeps what is known of it, and says nothing of what is not', () => {
  const cause = new Error('socket');
  const details = { retryable: true, retryAfter: 5, status: 429, providerCode: 'slow', requestId: 'r1', cause };
  const error = new ChatError('rate-limit', 'Asking a/b: too many requests.', details);
  expect(error).toMatchObject({ ...details, name: 'ChatError', code: 'rate-limit', usage: undefined });
  expect(String(error)).toBe('ChatError: Asking a/b: too many requests.');
  const bare = new ChatError('auth', 'no key');
  expect(bare).toMatchObject({ retryable: false, retryAfter: undefined, status: undefined });
  expect(Object.hasOwn(bare, 'cause')).toBe(false);
  expect(Object.hasOwn(new ChatError('auth', 'no key', { cause: undefined }), 'cause')).toBe(true);
});

test('whatever is thrown says something', () => {
  expect([messageOf(new Error('broken')), messageOf('text'), messageOf(undefined)]).toEqual([
    'broken',
    'text',
    'undefined',
  ]);
});
