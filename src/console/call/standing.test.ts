import { describe, expect, it } from 'vitest';
import { transitions } from '../../conversation/tool-call.ts';
import type { CallState, CallStanding, ToolCall } from '../../conversation/tool-call.ts';
import { effectSentence, standingWords } from './standing.ts';

const facts = { id: 'c1', name: 'refund', arguments: '{}', revision: 1 };
const standings: Readonly<Record<CallState, CallStanding>> = {
  proposed: { state: 'proposed' },
  'awaiting-approval': { state: 'awaiting-approval' },
  deferred: { state: 'deferred', until: 1 },
  snoozed: { state: 'snoozed', until: 1 },
  approved: { state: 'approved', by: 'person' },
  running: { state: 'running' },
  'awaiting-result': { state: 'awaiting-result' },
  'awaiting-input': { state: 'awaiting-input', question: 'Which?' },
  'in-doubt': { state: 'in-doubt', reason: 'it died' },
  completed: { state: 'completed', output: 1 },
  failed: { state: 'failed', reason: 'no', outcome: 'none' },
  denied: { state: 'denied', by: 'policy' },
  rejected: { state: 'rejected' },
  cancelled: { state: 'cancelled', by: 'stop', outcome: 'none' },
};

describe('where a call stands', () => {
  it('has words of its own for every state', () => {
    const states = Object.keys(transitions) as CallState[];
    const words = states.map((state) => standingWords({ ...facts, ...standings[state] }).words);
    expect(new Set(words).size).toBe(14);
  });

  it('tells a policy from a person, and what may have taken effect from what has not', () => {
    const words = (standing: CallStanding, more: Partial<ToolCall> = {}): string =>
      standingWords({ ...facts, ...more, ...standing } as ToolCall).words;
    expect(words({ state: 'denied', by: 'policy' })).toBe('denied by a policy');
    expect(words({ state: 'denied', by: 'expired' })).toBe('denied: nobody decided in time');
    expect(words({ state: 'rejected' })).toBe('rejected');
    expect(words({ state: 'failed', reason: '', outcome: 'unknown' })).toContain('may have taken effect');
    expect(words({ state: 'cancelled', by: 'stop', outcome: 'unknown' })).toContain('may have taken effect');
    expect(words({ state: 'completed', output: 1, by: 'person' })).toBe('answered by a person');
    const attempt = { number: 1, startedAt: 1, deadline: 2 };
    expect(words({ state: 'completed', output: 1, by: 'person' }, { attempt })).toBe('happened');
    expect(words({ state: 'awaiting-result', child: { thread: 't', chat: 'x', say: 'y' } })).toContain('thread');
    expect(words({ state: 'approved', by: 'person' }, { notBefore: 5 })).toContain('later');
  });

  it('says of each kind of effect what it means', () => {
    const sentences = (['read', 'idempotent', 'once', 'undeclared'] as const).map((effect) =>
      effectSentence({ ...facts, effect, state: 'running' }),
    );
    expect(new Set(sentences).size).toBe(4);
    expect(effectSentence({ ...facts, state: 'running' })).toBeUndefined();
  });
});
