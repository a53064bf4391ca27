import { describe, expect, test } from 'vitest';
import { wireSchema } from './schema.ts';

const text = { type: 'string' } as const;

/** What becomes of the schema of one member. */
function member(schema: object, definitions: object = {}): unknown {
  const { properties } = wireSchema({ type: 'object', properties: { a: schema }, ...definitions });
  return (properties as Record<string, unknown>)['a'];
}

describe('a schema for Gemini', () => {
  test('stays as it is where Gemini reads it', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { anyOf: [text, { type: 'null' }], description: 'A', default: { const: 1 } },
        b: { type: ['integer', 'null'], minimum: 1, enum: [1, 2] },
        const: { type: 'array', items: text, prefixItems: [text], minItems: 1 },
      },
      required: ['a'],
      additionalProperties: false,
    };
    expect(wireSchema(schema)).toEqual(schema);
  });

  test('describes an object and names no version', () => {
    expect(wireSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema' })).toEqual({ type: 'object' });
  });

  test.each([
    [{ const: 'a' }, { enum: ['a'] }],
    [{ const: true }, { const: true }],
    [
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'integer', minimum: 1, maximum: 8 },
    ],
    [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', minimum: 0 },
    ],
    [
      { type: 'array', items: { const: 1 } },
      { type: 'array', items: { enum: [1] } },
    ],
    [{ oneOf: [{ const: 1 }, true] }, { oneOf: [{ enum: [1] }, true] }],
    [{ additionalProperties: { const: 1 } }, { additionalProperties: { enum: [1] } }],
    [
      {
        description: 'Both.',
        allOf: [
          { type: 'object', properties: { x: text }, required: ['x'] },
          { properties: { y: { const: 1 } }, required: ['x', 'y'] },
        ],
      },
      { description: 'Both.', type: 'object', properties: { x: text, y: { enum: [1] } }, required: ['x', 'y'] },
    ],
  ])('says %j in words that it knows', (schema, wanted) => {
    expect(member(schema)).toEqual(wanted);
  });

  test('refers to its definitions, and puts them in place where anything stands beside a reference', () => {
    const definitions = { Name: { ...text, const: 'x' } };
    expect(member({ $ref: '#/definitions/Name' }, { definitions })).toEqual({ $ref: '#/$defs/Name' });
    expect(member({ $ref: '#/$defs/Name', description: 'D' }, { $defs: definitions })).toEqual({
      type: 'string',
      enum: ['x'],
      description: 'D',
    });
    expect(member({ $ref: '#/$defs/None', description: 'D' })).toEqual({ $ref: '#/$defs/None' });
    expect(wireSchema({ definitions })).toEqual({ type: 'object', $defs: { Name: { ...text, enum: ['x'] } } });
  });

  test('may contain itself', () => {
    const Node = {
      type: 'object',
      properties: { next: { $ref: '#/$defs/Node', description: 'The next.' } },
    };
    const once = { type: 'object', properties: { next: { $ref: '#/$defs/Node' } }, description: 'The next.' };
    expect(wireSchema({ $ref: '#/$defs/Node', $defs: { Node } })).toEqual({
      type: 'object',
      properties: { next: once },
      $defs: { Node: { type: 'object', properties: { next: once } } },
    });
  });
});
