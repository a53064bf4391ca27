import { expect, test } from 'vitest';
import { z } from 'zod';
import { fitsStrict } from './strict.ts';

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
  ['an object that may be open', { type: 'object', properties: {} }],
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

test("zod's schemas can be held to, unless something is optional", () => {
  expect(fitsStrict(z.toJSONSchema(z.object({ a: z.string().nullable(), b: z.array(z.int()) })))).toBe(true);
  expect(fitsStrict(z.toJSONSchema(z.object({ a: z.string().optional() })))).toBe(false);
  expect(fitsStrict(z.toJSONSchema(z.object({ a: z.record(z.string(), z.string()) })))).toBe(false);
});
