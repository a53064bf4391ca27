import { expect, expectTypeOf, test } from 'vitest';
import { flag, integer, object, optional, text } from './fields.ts';
import type { Schema } from '../../chat/schema.ts';

const schema = object({
  path: text('Where.'),
  from: optional(integer('First line.', { minimum: 1 })),
  all: optional(flag('Everywhere.')),
});

function issuesOf(value: unknown): unknown {
  const result = schema['~standard'].validate(value);
  return 'issues' in result ? result.issues?.map(({ message, path }) => [path?.join('.'), message]) : result;
}

test('an object of fields has the type of its fields', () => {
  expectTypeOf(schema).toEqualTypeOf<
    Schema<{ readonly path: string } & { readonly from?: number; readonly all?: boolean }>
  >();
});

test('what fits passes, and null is left out', () => {
  expect(schema['~standard'].validate({ path: 'a', from: 2, all: null })).toEqual({ value: { path: 'a', from: 2 } });
});

test('what is missing, wrong or unknown is named', () => {
  expect(issuesOf({ path: 1, from: 1.5, all: 'yes', lines: 3 })).toEqual([
    ['path', 'expected a text'],
    ['from', 'expected a whole number from 1'],
    ['all', 'expected a boolean'],
    ['lines', 'is not known here; there are path, from, all'],
  ]);
  expect(issuesOf({})).toEqual([['path', 'is missing']]);
  expect(issuesOf({ path: 'a', from: 0 })).toEqual([['from', 'expected a whole number from 1']]);
  expect(issuesOf(JSON.parse('{"path":"a","__proto__":{"x":1},"toString":1}'))).toHaveLength(2);
  for (const value of [null, [], 'a', 7]) expect(issuesOf(value)).toEqual([[undefined, 'expected an object']]);
});

test('it describes itself as JSON Schema', () => {
  expect(schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })).toEqual({
    type: 'object',
    properties: {
      path: { type: 'string', description: 'Where.' },
      from: { type: 'integer', description: 'First line.', minimum: 1 },
      all: { type: 'boolean', description: 'Everywhere.' },
    },
    required: ['path'],
    additionalProperties: false,
  });
});
