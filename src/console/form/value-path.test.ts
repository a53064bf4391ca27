import { describe, expect, it } from 'vitest';
import { numberIn } from './number-text.ts';
import { changesBetween } from './value-change.ts';
import { withPiece } from './value-path.ts';

describe('a value with another piece', () => {
  const value = { a: { b: [1, 2, 3] }, c: { d: 1 } };

  it('is a new one along the way, and the same beside it', () => {
    const next = withPiece(value, ['a', 'b', '1'], 9) as typeof value;
    expect(next).toEqual({ a: { b: [1, 9, 3] }, c: { d: 1 } });
    expect(next.c).toBe(value.c);
    expect(value.a.b).toEqual([1, 2, 3]);
  });

  it('gains and loses members and items', () => {
    expect(withPiece(value, ['c', 'e'], null)).toEqual({ ...value, c: { d: 1, e: null } });
    expect(withPiece(value, ['c', 'd'], undefined)).toEqual({ ...value, c: {} });
    expect(withPiece(value, ['a', 'b', '0'], undefined)).toEqual({ ...value, a: { b: [2, 3] } });
    expect(withPiece([1], ['1'], 2)).toEqual([1, 2]);
    expect(withPiece(value, [], 'all')).toBe('all');
    expect(withPiece('text', ['a'], 1)).toEqual({ a: 1 });
  });

  it('keeps a member named like the prototype a member (D2)', () => {
    const next = withPiece(JSON.parse('{"__proto__":{"a":1}}'), ['__proto__', 'a'], 2);
    expect(JSON.stringify(next)).toBe('{"__proto__":{"a":2}}');
  });
});

describe('what differs between two values', () => {
  it('is told piece by piece: what is new, what went, what is another one', () => {
    const before = { same: { x: 1 }, amount: 80, gone: true, to: ['ann', 'bob'], kind: {} };
    const after = { same: { x: 1 }, amount: 25, to: ['ann', 'carl', 'dora'], kind: [], note: null };
    expect(changesBetween(before, after)).toEqual([
      { path: ['amount'], before: 80, after: 25 },
      { path: ['gone'], before: true },
      { path: ['to', '1'], before: 'bob', after: 'carl' },
      { path: ['to', '2'], after: 'dora' },
      { path: ['kind'], before: {}, after: [] },
      { path: ['note'], after: null },
    ]);
    expect(changesBetween('a', 'b')).toEqual([{ path: [], before: 'a', after: 'b' }]);
    expect(changesBetween(structuredClone(before), before)).toEqual([]);
  });
});

describe('a number that is written', () => {
  it('is what JSON would take, and stays exactly what it is', () => {
    expect(['1', ' -2.50 ', '1e3', '0'].map(numberIn)).toEqual([1, -2.5, 1000, 0]);
    expect(['', '1.', '.5', '1,5', '0x10', 'NaN', '1e999', '9007199254740993'].map(numberIn)).toEqual(
      Array(8).fill(undefined),
    );
  });
});
