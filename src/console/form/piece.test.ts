import { describe, expect, it } from 'vitest';
import { initialOf } from './initial.ts';
import { pieceOf } from './piece.ts';

const order = {
  type: 'object',
  properties: {
    id: { type: 'string', title: 'Order', description: 'As on the invoice' },
    amount: { type: 'number' },
    currency: { enum: ['EUR', 'USD'] },
    note: { type: ['string', 'null'] },
    lines: { type: 'array', items: { $ref: '#/$defs/line' } },
  },
  required: ['id', 'lines'],
  additionalProperties: false,
  $defs: {
    line: { type: 'object', properties: { sku: { type: 'string' }, in: { $ref: '#/$defs/line' } }, required: ['sku'] },
  },
};
const shape = (schema: unknown, value: unknown, root: unknown = schema) => pieceOf({ schema, root }, value).shape;

describe('how a piece of a value is edited', () => {
  it('follows its schema, references included', () => {
    expect(shape(order, { id: 'A' })).toEqual({
      type: 'object',
      isOpen: false,
      fields: Object.entries(order.properties).map(([name, schema]) => ({
        name,
        schema,
        isRequired: name === 'id' || name === 'lines',
      })),
    });
    expect(pieceOf({ schema: order.properties.id, root: order }, 'A')).toMatchObject({
      shape: { type: 'text' },
      title: 'Order',
      description: 'As on the invoice',
    });
    expect(shape(order.properties.currency, 'EUR')).toEqual({ type: 'choice', choices: ['EUR', 'USD'] });
    expect(shape(order.properties.lines, [])).toEqual({ type: 'list', item: { $ref: '#/$defs/line' } });
    expect(shape({ $ref: '#/$defs/line' }, {}, order).type).toBe('object');
  });

  it('knows what may be null, however that is written', () => {
    for (const schema of [
      { type: ['string', 'null'] },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ type: 'null' }, { $ref: '#/$defs/text' }], $defs: { text: { type: 'string' } } },
    ]) {
      expect(pieceOf({ schema, root: schema }, null)).toEqual({ shape: { type: 'text' }, isNullable: true });
    }
  });

  it('takes constants for a choice, and whatever is more for JSON', () => {
    expect(shape({ oneOf: [{ const: 'a' }, { const: 'b', title: 'B' }] }, 'a')).toEqual({
      type: 'choice',
      choices: ['a', 'b'],
    });
    expect(shape({ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'a')).toEqual({ type: 'json' });
    expect(shape({ allOf: [{ type: 'object' }] }, {})).toEqual({ type: 'json' });
    const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
    expect(shape(circle, 1)).toEqual({ type: 'number' });
  });

  it('goes by the value where no schema is known, and shows every member that is there (X5)', () => {
    expect(shape(undefined, { a: 1, b: [true] })).toMatchObject({
      type: 'object',
      isOpen: true,
      fields: [{ name: 'a' }, { name: 'b' }],
    });
    expect(shape({ type: 'object', properties: {} }, { extra: 1 })).toMatchObject({ fields: [{ name: 'extra' }] });
    expect(shape(order, { tip: 1 })).toMatchObject({
      fields: expect.arrayContaining([expect.objectContaining({ name: 'tip' })]),
    });
  });

  it('leaves what is of another kind than it should be as JSON, to be mended', () => {
    expect(shape({ type: 'string' }, { a: 1 })).toEqual({ type: 'json' });
    expect(shape({ type: 'array' }, 'a')).toEqual({ type: 'json' });
    expect(shape({ type: 'boolean' }, 'yes')).toEqual({ type: 'json' });
  });
});

describe('what a piece begins as', () => {
  it('is its default, or what is empty of its kind with all that is required', () => {
    expect(initialOf({ schema: { type: 'number', default: 7 }, root: {} })).toBe(7);
    expect(initialOf({ schema: order, root: order })).toEqual({ id: '', lines: [] });
    expect(initialOf({ schema: { $ref: '#/$defs/line' }, root: order })).toEqual({ sku: '' });
    expect(initialOf({ schema: {}, root: {} })).toBe('');
    expect(initialOf({ schema: { enum: ['a', 'b'] }, root: {} })).toBeUndefined();
  });

  it('ends where a schema requires itself', () => {
    const endless = {
      $defs: { node: { type: 'object', properties: { in: { $ref: '#/$defs/node' } }, required: ['in'] } },
    };
    expect(JSON.stringify(initialOf({ schema: { $ref: '#/$defs/node' }, root: endless }))).toBe(
      '{"in":{"in":{"in":{"in":{}}}}}',
    );
  });
});
