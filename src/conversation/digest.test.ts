import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, sha256 } from './digest.ts';

test('sha256 is SHA-256', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text.toWellFormed()).digest('hex'));
    }),
  );
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('D2: the order of members and how numbers were written do not matter', () => {
  expect(canonicalJson({ b: 1.0, a: [true, null, 'é'], c: { z: 1e2, y: -0 } })).toBe(
    '{"a":[true,null,"é"],"b":1,"c":{"y":0,"z":100}}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const wire: unknown = JSON.parse(JSON.stringify(value));
      try {
        expect(canonicalJson(JSON.parse(canonicalJson(wire)))).toBe(canonicalJson(wire));
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }),
  );
});

test('D2: what could be read in two ways is refused', () => {
  expect(() => canonicalJson(JSON.parse('{"__proto__":{"amount":99999},"amount":5}'))).toThrow('__proto__');
  expect(() => canonicalJson('\ud800')).toThrow('surrogate');
  expect(() => canonicalJson(2 ** 53)).toThrow('safe integer');
  expect(() => canonicalJson(new Date(0))).toThrow('Date');
  expect(() => canonicalJson({ a: 10n })).toThrow('bigint');
  expect(() => canonicalJson(Number.NaN)).toThrow('NaN');
});
