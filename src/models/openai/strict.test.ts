import { expect, test } from 'vitest';
import { z } from 'zod';
import { strictly } from './strict.ts';

function fitsStrict(schema: Readonly<Record<string, unknown>>): boolean {
  return strictly(schema).strict;
}

const text = { type: 'string' };

function object(properties: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false, ...more };
}

test.each([
  ['an object of nothing', object({})],
  ['all members required', object({ a: text, b: { type: ['number', 'null'], minimum: 0 } })],
  ['objects in lists', object({ a: { type: 'array', items: object({ b: text }), maxItems: 3 } })],
  ['one of several', object({ a: { anyOf: [text, object({ b: text })] }, c: { enum: ['x'] }, d: { const: 1 } })],
  ['definitions', object({ a: { $ref: '#/$defs/x' } }, { $defs: { x: object({ b: { $ref: '#' } }) } })],
  ['known formats', object({ a: { type: 'string', format: 'date-time', pattern: '^a$' } })],
])('a schema with %s can be held to', (_, schema) => {
  expect(fitsStrict(schema)).toBe(true);
});

test.each([
  ['no object at its root', text],
  ['a choice at its root', { anyOf: [object({})], ...object({}) }],
  ['an open object', { ...object({ a: text }), additionalProperties: true }],
  ['an object of which nothing is said', { type: 'object' }],
  ['a member that may be missing', object({ a: text }, { required: [] })],
  ['an open object within', object({ a: { type: 'array', items: { type: 'object' } } })],
  ['an open object among several', object({ a: { anyOf: [{ type: 'object' }] } })],
  ['an open definition', object({ a: text }, { $defs: { x: { type: 'object' } } })],
  ['an unknown keyword', object({ a: { ...text, minLength: 3 } })],
  ['a default', object({ a: { ...text, default: 'x' } })],
  ['an unknown format', object({ a: { ...text, format: 'uri' } })],
  ['a pattern that looks ahead', object({ a: { ...text, pattern: '(?=a)' } })],
  ['anything as a member', object({ a: {} })],
  ['a list of anything', object({ a: { type: 'array' } })],
  ['no schema as a member', object({ a: true })],
])('a schema with %s cannot', (_, schema) => {
  expect(fitsStrict(schema)).toBe(false);
});

test('neither can one that is more than ten deep', () => {
  const nested = (depth: number): object => (depth === 0 ? text : object({ a: nested(depth - 1) }));
  expect(fitsStrict(nested(9) as Record<string, unknown>)).toBe(true);
  expect(fitsStrict(nested(10) as Record<string, unknown>)).toBe(false);
});

test('objects that say nothing of other members are closed, and what cannot be held to is left as it is', () => {
  const { additionalProperties: _, ...open } = object({ a: text });
  const nested = object({ b: open, c: { type: 'array', items: { anyOf: [open] } } }, { $defs: { x: open } });
  const shut = object({ a: text });
  expect(strictly(nested)).toEqual({
    schema: object({ b: shut, c: { type: 'array', items: { anyOf: [shut] } } }, { $defs: { x: shut } }),
    strict: true,
  });
  const loose = { ...open, required: [] };
  expect(strictly(loose)).toEqual({ schema: loose, strict: false });
});

test("zod's schemas can be held to, unless something is optional", () => {
  const json = (schema: z.ZodType) => strictly(z.toJSONSchema(schema, { io: 'input' })).strict;
  expect(json(z.object({ a: z.string().nullable(), b: z.array(z.object({ c: z.int() })) }))).toBe(true);
  expect(json(z.object({ a: z.string().optional() }))).toBe(false);
  expect(json(z.object({ a: z.record(z.string(), z.string()) }))).toBe(false);
  expect(json(z.looseObject({ a: z.string() }))).toBe(false);
});
