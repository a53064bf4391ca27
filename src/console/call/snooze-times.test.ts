import { describe, expect, it } from 'vitest';
import { choicesOn } from './offered.ts';
import { hasApproved, listed } from './people.ts';
import { localTime, snoozeTimes } from './snooze-times.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';

describe('times to be asked again at', () => {
  it('are to come, also late in the evening and at the end of a year', () => {
    for (const now of [new Date(2026, 10, 27, 8, 0), new Date(2026, 11, 31, 23, 59)].map(Number)) {
      const times = snoozeTimes(now);
      expect(times.every(({ at }) => at > now)).toBe(true);
      const tomorrow = new Date(times[2]!.at);
      expect([tomorrow.getHours(), tomorrow.getMinutes(), tomorrow.getDate()]).toEqual([
        9,
        0,
        new Date(now + 86_400_000).getDate(),
      ]);
    }
  });

  it('come back as they were from a field for local times', () => {
    const at = new Date(2026, 10, 27, 9, 30).getTime();
    expect(localTime(at)).toBe('2026-11-27T09:30');
    expect(Date.parse(localTime(at))).toBe(at);
  });
});

describe('what may be chosen about a call', () => {
  const call = (more: object = {}): ToolCall =>
    ({ id: 'c', name: 'n', arguments: '{}', revision: 1, state: 'awaiting-approval', ...more }) as ToolCall;

  it('is what its policies offer, and never to edit what its provider runs or what nobody can read (C1)', () => {
    expect(choicesOn(call())).toEqual(['approve', 'edit', 'reject', 'answer', 'snooze', 'later']);
    expect(choicesOn(call({ requirements: [{ decisions: ['approve', 'reject'] }] }))).toEqual([
      'approve',
      'edit',
      'reject',
      'later',
    ]);
    expect(choicesOn(call({ requirements: [{ decisions: ['reject'] }] }))).toEqual(['reject']);
    expect(choicesOn(call({ providerExecuted: true }))).toEqual(['approve', 'reject', 'snooze', 'later']);
    expect(choicesOn(call({ unjudged: true }))).toEqual(['reject']);
    expect(choicesOn(call({ because: 'tool-missing' }))).not.toContain('edit');
    expect(choicesOn(call({ state: 'awaiting-input', question: '?' }))).toEqual(['reject', 'answer']);
    expect(choicesOn(call({ state: 'running' }))).toEqual([]);
  });

  it('is nothing more for who has approved already', () => {
    const open = { quorum: 2, given: [{ by: 'ann', at: 1 }] };
    expect(hasApproved(call({ requirements: [open] }), 'ann')).toBe(true);
    expect(hasApproved(call({ requirements: [open] }), 'bob')).toBe(false);
    expect(hasApproved(call({ requirements: [open, {}] }), 'ann')).toBe(false);
    expect(hasApproved(call(), 'ann')).toBe(false);
    expect(hasApproved(call({ requirements: [open] }), undefined)).toBe(false);
  });

  it('names people one after the other', () => {
    expect([listed([]), listed(['ann']), listed(['ann', 'bob'], 'and'), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'ann',
      'ann and bob',
      'a, b or c',
    ]);
  });
});
