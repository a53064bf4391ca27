import { describe, expect, it } from 'vitest';
import type { Decided } from '../../client/decided.ts';
import { issuesIn } from './check.ts';
import { refusedBy } from './refused.ts';

const order = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: String.raw`^[A-Z]-\d+$`, maxLength: 6 },
    amount: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
    count: { type: 'integer', multipleOf: 2 },
    currency: { enum: ['EUR', 'USD'] },
    note: { anyOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] },
    lines: { type: 'array', minItems: 1, items: { $ref: '#/$defs/line' } },
  },
  required: ['id', 'amount'],
  additionalProperties: false,
  $defs: { line: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
};
const wrong = (value: unknown, schema: unknown = order): readonly string[] =>
  Array.from(issuesIn(value, schema), ([place, why]) => `${(JSON.parse(place) as string[]).join('.')}: ${why}`);

describe('what is wrong with what is written', () => {
  it('is nothing where all fits', () => {
    expect(wrong({ id: 'A-17', amount: 1, count: 4, currency: 'EUR', note: null, lines: [{ sku: 'x' }] })).toEqual([]);
    expect(wrong({ anything: 1 }, {})).toEqual([]);
    expect(wrong({ anything: 1 }, null)).toEqual([]);
    expect(wrong(1, true)).toEqual([]);
  });

  it('is said at its place', () => {
    expect(wrong({})).toEqual(['id: is missing', 'amount: is missing']);
    expect(wrong([])).toEqual([': is no object']);
    expect(wrong({ id: 'a', amount: 0, count: 3, currency: 'CHF', note: 'x', lines: [] })).toEqual([
      String.raw`id: is not written like ^[A-Z]-\d+$`,
      'amount: is not more than 0',
      'count: is no multiple of 2',
      'currency: is none of "EUR", "USD"',
      'note: has fewer than 2 characters',
      'lines: has fewer than 1 item',
    ]);
    expect(wrong({ id: 'A-123456', amount: 101, tip: 1, lines: [{}, { sku: 1 }] })).toEqual([
      'id: has more than 6 characters',
      'amount: is more than 100',
      'tip: is not expected',
      'lines.0.sku: is missing',
      'lines.1.sku: is no string',
    ]);
    expect(wrong({ id: 'A-1', amount: '1' })).toEqual(['amount: is no number']);
    expect(wrong({ id: 'A-1', amount: 1, count: 1.5 })).toEqual(['count: is no integer']);
  });

  it('is told of what may be one of several only as a whole', () => {
    const schema = { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] };
    expect([wrong('x', schema), wrong({ a: 1 }, schema)]).toEqual([[], []]);
    expect(wrong(1, schema)).toEqual([': fits none of what it may be']);
    expect(wrong(1, { allOf: [{ minimum: 2 }, { maximum: 0 }] })).toEqual([': is less than 2']);
  });

  it('is not asked of what cannot be followed: the server has the last word', () => {
    expect(wrong(1, { $ref: 'https://example.com/x' })).toEqual([]);
    expect(wrong('x', { pattern: '(' })).toEqual([]);
    expect(wrong({ a: 1 }, { patternProperties: { '^a': {} }, additionalProperties: false })).toEqual([]);
    const endless = { $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' };
    expect(wrong(1, endless)).toEqual([]);
  });
});

describe('what the server refused', () => {
  it('stands at its place too, the same for the same answer', () => {
    const issues = [
      { message: 'no such order', path: ['lines', 0, { key: 'sku' }] },
      { message: 'twice', path: ['lines', 0, 'sku'] },
    ];
    const decided = { type: 'invalid', call: {}, issues } as unknown as Decided;
    expect([...(refusedBy(decided) ?? [])]).toEqual([['["lines","0","sku"]', 'no such order']]);
    expect(refusedBy(decided)).toBe(refusedBy(decided));
    expect(refusedBy({ type: 'not-found' })).toBeUndefined();
  });
});
