import { describe, expect, it } from 'vitest';
import type { InboxItem } from '../../client/views.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { entriesOf, rowsIn } from './entries.ts';
import { filtered } from './filter.ts';
import { rowsAfter, rowsBehind } from './row.ts';
import type { Row } from './row.ts';
import { togetherOf } from './together.ts';

interface Told {
  readonly thread?: string;
  readonly message?: string;
  readonly call?: Partial<ToolCall>;
}

function item(id: string, { thread = id, message = id, call = {} }: Told = {}): InboxItem {
  const facts = { id, name: 'refund', arguments: '{}', input: { order: id }, revision: 1, state: 'awaiting-approval' };
  const view = {
    id: thread,
    title: `Thread ${thread}`,
    owner: 'carl',
    chat: 'x',
    status: 'paused',
    createdAt: 1,
    updatedAt: 1,
  };
  return { thread: view as InboxItem['thread'], message, since: 1, seen: 's', call: { ...facts, ...call } as ToolCall };
}

const shown = (rows: readonly Row[]): string =>
  rows.map(({ item, isGone }) => (isGone ? `(${item.call.id})` : item.call.id)).join(' ');
const [a, b, c, d] = [item('a'), item('b'), item('c'), item('d')] as const;

describe('the rows of what waits', () => {
  it('keep their place when somebody decided, until one moves on', () => {
    const rows = rowsAfter([], [a, b, c]);
    const gone = rowsAfter(rows, [a, c, d]);
    expect(shown(gone)).toBe('a (b) c d');
    expect(shown(rowsAfter(gone, [c, d]))).toBe('(a) (b) c d');
    expect(shown(rowsBehind(gone, 'a a'))).toBe('a c d');
    expect(shown(rowsBehind(gone, 'b b'))).toBe('a (b) c d');
  });

  it('wait again when they do, as they are now', () => {
    const gone = rowsAfter(rowsAfter([], [a, b]), [a]);
    const again = item('b', { call: { revision: 5 } });
    const rows = rowsAfter(gone, [a, again]);
    expect(shown(rows)).toBe('a b');
    expect(rows[1]?.item).toBe(again);
  });

  it('are the same for as long as nothing changed', () => {
    const rows = rowsAfter([], [a, b]);
    expect(rowsAfter(rows, [a, b])).toBe(rows);
    expect(rowsAfter(rows, [a, c])[0]).toBe(rows[0]);
    expect(rowsBehind(rows, undefined)).toBe(rows);
  });

  it('that are gone are not kept without end', () => {
    const many = Array.from({ length: 200 }, (_, at) => item(`m${at}`));
    expect(rowsAfter(rowsAfter([], many), [])).toHaveLength(50);
  });
});

describe('the list of what waits', () => {
  it('has calls of one answer together, and what was put off at its end', () => {
    const one = (id: string): InboxItem => item(id, { thread: 't', message: 'm' });
    const later = item('l', { call: { state: 'snoozed', until: 5 } as Partial<ToolCall> });
    const entries = entriesOf(rowsAfter([], [one('x'), later, a, one('y')]));
    expect(entries.map(({ type }) => type)).toEqual(['group', 'row', 'row', 'row', 'section', 'row']);
    expect(shown(rowsIn(entries))).toBe('x y a l');
  });

  it('is filtered by all words, in tool, thread, person, risk, reason and arguments', () => {
    const risky = item('z', {
      thread: 'lunch',
      call: { name: 'Transfer', requirements: [{ risk: 'money', reason: 'over 50' }] },
    });
    const rows = rowsAfter([], [a, b, risky]);
    const found = (words: string): string => shown(filtered(rows, words));
    expect(filtered(rows, '  ')).toBe(rows);
    expect([found('transfer'), found('MONEY over'), found('lunch'), found('money refund')]).toEqual([
      'z',
      'z',
      'z',
      '',
    ]);
    expect([found('carl'), found('order b')]).toEqual(['a b z', 'b']);
  });
});

describe('calls that are approved at once', () => {
  it('are short and harmless; of the others it is said why they are left (X5)', () => {
    const calls: readonly (readonly [string, Partial<ToolCall>])[] = [
      ['short', {}],
      ['long', { input: { body: 'x'.repeat(5_000) } }],
      ['once', { effect: 'once' }],
      ['risky', { requirements: [{ risk: 'delete' }] }],
      ['alike', { input: { to: 'p\u0430ypal' } }],
      ['asks', { state: 'awaiting-input', question: 'Which?' } as Partial<ToolCall>],
      ['unread', { unjudged: true } as Partial<ToolCall>],
    ];
    const rows = rowsAfter(
      [],
      calls.map(([id, call]) => item(id, { call })),
    );
    const { approved, left } = togetherOf(rows);
    expect(shown(approved)).toBe('short');
    expect(left.map(({ row, why }) => `${row.item.call.id}: ${why}`)).toEqual([
      'long: it is long, and nobody looked at all of it',
      'once: it is dangerous',
      'risky: it is dangerous',
      'alike: it holds signs that may deceive',
      'asks: it cannot be approved',
      'unread: it cannot be approved',
    ]);
    expect(togetherOf(rowsAfter(rows, [])).approved).toEqual([]);
  });
});
