import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { objectSchema } from './object-schema.ts';

const text = { type: 'string' } as const;
const a = { type: 'object', properties: { kind: { const: 'a' }, n: text }, required: ['kind', 'n'] };
const b = { type: 'object', properties: { kind: { const: 'b' }, m: text }, required: ['kind'] };
const both = { kind: { anyOf: [{ const: 'a' }, { const: 'b' }] }, n: text, m: text };

describe('a schema of arguments', () => {
  test('of an object stays the one that it is', () => {
    const given = { ...a, $defs: { x: text }, additionalProperties: false };
    expect(objectSchema(given)).toBe(given);
  });

  test.each(['anyOf', 'oneOf'])(
    'that is one of several (%s) names the members of all, and demands those of each',
    (name) => {
      expect(objectSchema({ title: 'T', [name]: [a, b, { type: 'null' }] })).toEqual({
        title: 'T',
        type: 'object',
        properties: both,
        required: ['kind'],
      });
    },
  );

  test('that is put together demands everything', () => {
    expect(objectSchema({ type: 'object', properties: { o: text }, allOf: [a, b] })).toEqual({
      type: 'object',
      properties: { o: text, ...both },
      required: ['kind', 'n'],
    });
  });

  test('that only demands one of several members demands none', () => {
    const properties = { yaml: text, file: text };
    const given = { type: 'object', properties, anyOf: [{ required: ['yaml'] }, { required: ['file'] }] };
    expect(objectSchema(given)).toEqual({ type: 'object', properties });
  });

  test('that is a reference says what stands there, and what refers to itself ends', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/a~1b' } }, required: ['next'] };
    const $defs = { 'a/b': node };
    expect(objectSchema({ $ref: '#/$defs/a~1b', $defs })).toEqual({ $defs, ...node });
    expect(objectSchema({ $ref: '#' })).toEqual({ type: 'object', properties: {} });
    expect(objectSchema({ $ref: 'https://elsewhere' })).toEqual({ type: 'object', properties: {} });
    const round = { $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ $ref: '#/$defs/a' }, a] } }, $ref: '#/$defs/a' };
    expect(objectSchema(round)).toMatchObject({ type: 'object', properties: a.properties });
  });

  test('without a word on it is one of an object; names of the language are names', () => {
    expect(objectSchema({})).toEqual({ type: 'object', properties: {} });
    const odd = {
      anyOf: [{ properties: { constructor: text, toString: text } }, 5, null, { required: 'no', properties: [] }],
    };
    expect(objectSchema(odd)).toEqual({ type: 'object', properties: { constructor: text, toString: text } });
  });

  test('of zod loses no member', () => {
    const union = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('mail'), to: z.string() }),
      z.object({ kind: z.literal('wait'), days: z.number().optional() }),
    ]);
    expect(objectSchema(z.toJSONSchema(union) as Record<string, unknown>)).toMatchObject({
      type: 'object',
      properties: { kind: { anyOf: [{ const: 'mail' }, { const: 'wait' }] }, to: text, days: { type: 'number' } },
      required: ['kind'],
    });
  });
});
