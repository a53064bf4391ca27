import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashUnder } from './hash.ts';

test('under a secret of any length it is HMAC-SHA-256, without one SHA-256 (S7)', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), text, (secret, said) => {
      expect(hashUnder(secret)(said)).toBe(createHmac('sha256', secret).update(said).digest('hex'));
      expect(hashUnder(undefined)(said)).toBe(createHash('sha256').update(said).digest('hex'));
    }),
  );
});

test('an empty secret is refused', () => {
  expect(() => hashUnder('')).toThrow('its secret is empty');
});
