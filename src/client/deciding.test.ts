import { expect, test } from 'vitest';
import { seenOf } from '../conversation/seen.ts';
import type { CallStanding, ToolCall } from '../conversation/tool-call.ts';
import { publicCall } from '../wire/public-view.ts';

const standings: readonly CallStanding[] = [
  { state: 'awaiting-approval', because: 'tool-changed' },
  { state: 'snoozed', until: 9 },
  { state: 'deferred', until: 9 },
  { state: 'awaiting-result', expiresAt: 9 },
  { state: 'awaiting-input', question: 'Which one?', schema: { type: 'string' }, data: { secret: 1 } },
  { state: 'in-doubt', reason: 'its machine died' },
];

test('what a page was shown has the digest that the server wants, whatever waits, and whoever looks (D1, X3)', () => {
  for (const standing of standings) {
    const call: ToolCall = {
      id: 'c',
      name: 'pay',
      arguments: '{"amount":5e1,"to":"ünï"}',
      input: { amount: 50, to: 'ünï', origin: 'here', decisions: [1], raw: null, question: 'q', data: 0.1 },
      revision: 3,
      requirements: [
        { reason: 'over 4', approvers: ['ann', 'bob'], risk: 'money', preview: 'a mail', met: { by: 'ann', at: 1 } },
        { reason: 'half of \ud83d', notBy: 'requester', expiresAt: 9 },
      ],
      decisions: [{ decision: { type: 'snooze', until: '2030-01-01' }, by: 'ann', at: 1 }],
      attempt: { number: 2, startedAt: 1, deadline: 2 },
      resume: { state: 1, answer: 2 },
      ...standing,
    };
    for (const decisions of [true, false]) {
      const shown = JSON.parse(JSON.stringify(publicCall(call, { decisions }))) as ToolCall;
      expect(seenOf(shown)).toBe(seenOf(call));
    }
  }
});
