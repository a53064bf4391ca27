import { describe, expect, it } from 'vitest';
import type { Decided } from '../../client/decided.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { toldOf } from './decided-words.ts';

const call: ToolCall = {
  id: 'c1',
  name: 'transfer',
  arguments: '{}',
  revision: 2,
  state: 'awaiting-approval',
  requirements: [{ approvers: ['ann', 'bob'], quorum: 2, given: [{ by: 'ann', at: 1 }] }],
};
const done: ToolCall = { id: 'c1', name: 'transfer', arguments: '{}', revision: 3, state: 'approved', by: 'person' };
const words = (decided: Decided, now: ToolCall = done): string => toldOf(decided, { type: 'approve' }, now).words;

describe('what became of a decision', () => {
  it('is said with what is still needed, for as long as it is', () => {
    expect(words({ type: 'applied', call }, call)).toBe('You approved it. It still needs an approval of bob.');
    expect(words({ type: 'applied', call }, done)).toBe('Approved.');
  });

  it('names who was faster, and with what; only that somebody was where no more may be known', () => {
    const earlier = { at: Date.now(), by: 'bob', decision: { type: 'reject' } } as const;
    expect(words({ type: 'already', call, earlier })).toMatch(
      /^bob was faster: rejected it at .* Yours does not count\.$/,
    );
    expect(words({ type: 'already', call, earlier: { at: 1 } })).toMatch(/^Somebody was faster: decided at /);
  });

  it('says of everything else what was decided: nothing', () => {
    expect(words({ type: 'stale', call })).toContain('nothing was decided');
    expect(words({ type: 'expired', call })).toContain('Nothing was decided');
    expect(words({ type: 'invalid', call, issues: [{ message: 'is too big', path: ['amount'] }] })).toContain(
      'amount is too big',
    );
    expect(words({ type: 'forbidden', call, reason: 'over the limit\u202e' })).toBe(
      String.raw`You may not decide that: over the limit\u202e`,
    );
    expect(words({ type: 'too-early', call, until: 1 })).toContain('may still act until');
    expect(words({ type: 'not-found' })).toContain('not there any more');
    expect(words({ type: 'failed', error: new ChatError('network', 'POST http://x/y: no answer') })).toBe(
      'The decision did not arrive. no answer',
    );
  });
});
