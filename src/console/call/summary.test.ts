import { describe, expect, it } from 'vitest';
import { summaryOf } from './summary.ts';

describe('arguments on one line', () => {
  it('names each member, and leaves the name out where there is one', () => {
    expect(summaryOf({ orderId: 'A-17', amount: 80, notify: true, note: null })).toBe(
      'orderId: A-17 · amount: 80 · notify: true · note: null',
    );
    expect(summaryOf({ invoice: 'INV-1' })).toBe('INV-1');
    expect(summaryOf({})).toBe('no arguments');
    expect(summaryOf('no JSON')).toBe('no JSON');
  });

  it('shows short lists, and of long ones and of objects what they hold', () => {
    expect(summaryOf({ to: ['ann', 'bob'], cc: [] })).toBe('to: ann, bob · cc: ');
    expect(summaryOf({ a: [1, 2, 3, 4], b: { x: 1, y: 2 }, c: [{}] })).toBe('a: 4 items · b: {x, y} · c: 1 item');
  });

  it('stays on its line, shows what does not show, and is cut at its end (X5)', () => {
    expect(summaryOf({ text: 'one\ntwo\u202eeno' })).toBe(String.raw`one\ntwo\u202eeno`);
    const long = summaryOf({ a: 'x'.repeat(100_000) }, 20);
    expect(long).toBe(`${'x'.repeat(19)}…`);
  });
});
