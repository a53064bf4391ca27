import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../client/views.ts';
import type { Decision } from '../../conversation/decision.ts';
import { linesOf } from './export.ts';
import { decisionsIn, filtered, isOpen, noFilter } from './filter.ts';
import { nameOf } from './trail.ts';

const base = { tenant: 'acme', at: 1, who: 'w', digest: 'd', link: 'l' };

function entry(thread: string, place: number, by: string, decision: Decision): AuditEntry {
  const decided = { by, at: 1, decision, call: `call-${place}`, name: 'refund', revision: 2, to: 'approved' } as const;
  return { ...base, thread, place, decided };
}

const approval = entry('lunch', 1, 'Ann', { type: 'approve' });
const rejection = entry('lunch', 2, 'kim', { type: 'reject', reason: 'Too dear.' });
const edit = entry('dinner', 1, 'kim', { type: 'approve', input: { amount: 1 } });
const erased: AuditEntry = { ...base, thread: 'gone', place: 1 };
const entries = [erased, rejection, edit, approval];

describe('what was decided', () => {
  it('is all shown where nothing is filtered', () => {
    expect(isOpen(noFilter)).toBe(true);
    expect(filtered(entries, noFilter)).toEqual(entries);
  });

  it('is found by who, where and why, all words of it, in whatever case', () => {
    const found = (words: string) => filtered(entries, { ...noFilter, words }).map(nameOf);
    expect(found('ann')).toEqual(['lunch 1']);
    expect(found(' KIM  lunch ')).toEqual(['lunch 2']);
    expect(found('dear')).toEqual(['lunch 2']);
    expect(found('refund call-1')).toEqual(['dinner 1', 'lunch 1']);
    expect(found('gone')).toEqual(['gone 1']);
    expect(found('nobody')).toEqual([]);
  });

  it('is found by what was decided, of which an edit is another one than an approval', () => {
    expect(decisionsIn(entries)).toEqual(['approved', 'approved, edited', 'erased', 'rejected']);
    const filter = { words: '', decision: 'approved, edited' };
    expect(isOpen(filter)).toBe(false);
    expect(filtered(entries, filter)).toEqual([edit]);
  });

  it('is exported as lines, those of a thread together and in their order', () => {
    const later = { ...edit, at: 2 };
    const lines = linesOf([rejection, later, approval]).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual([approval, rejection, later]);
  });
});
