import { describe, expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import type { DecisionRecord } from './decision.ts';
import { decisionsTaken } from './taken.ts';
import type { ToolCall } from './tool-call.ts';

const facts = { id: 'c1', name: 'pay', arguments: '{}', revision: 2 };
const approval: DecisionRecord = { decision: { type: 'approve', input: { amount: 3 } }, by: 'ann', at: 7, seen: 's' };
const asking: ToolCall = {
  ...facts,
  input: { b: 1, amount: 5 },
  state: 'awaiting-approval',
  requirements: [{ reason: 'money', risk: 'money', approvers: ['ann'], preview: 'long', expiresAt: 9 }],
};

describe('a decision that was taken (S7)', () => {
  test('tells what was asked, not what it made of it', () => {
    const after = { ...asking, revision: 3, state: 'approved', by: 'person', input: { amount: 3 } } as const;
    const requirements = [{ reason: 'money', met: { by: 'ann', at: 7 } }];
    expect(decisionsTaken(asking, { ...after, requirements, decisions: [approval] })).toEqual([
      {
        ...approval,
        call: 'c1',
        name: 'pay',
        revision: 3,
        from: 'awaiting-approval',
        to: 'approved',
        input: sha256('{"amount":5,"b":1}'),
        requirements: [{ reason: 'money', risk: 'money', approvers: ['ann'] }],
      },
    ]);
  });

  test('of a call in doubt tells the attempt, and why nobody knew', () => {
    const attempt = { number: 2, startedAt: 1, deadline: 2 };
    const doubt: ToolCall = { ...facts, state: 'in-doubt', reason: 'its process died', attempt };
    const happened: DecisionRecord = { decision: { type: 'happened', output: 1 }, at: 8 };
    const after: ToolCall = { ...facts, attempt, state: 'completed', output: 1, decisions: [approval, happened] };
    expect(decisionsTaken({ ...doubt, decisions: [approval] }, after)).toMatchObject([
      { ...happened, attempt: 2, question: 'its process died', from: 'in-doubt', to: 'completed' },
    ]);
  });

  test('of a question of a tool tells what it asked', () => {
    const question: ToolCall = { ...facts, state: 'awaiting-input', question: 'Which account?' };
    const answer: DecisionRecord = { decision: { type: 'answer', output: 'mine' }, by: 'ann', at: 9 };
    const after: ToolCall = { ...facts, state: 'approved', by: 'person', decisions: [answer] };
    expect(decisionsTaken(question, after)).toMatchObject([{ question: 'Which account?', from: 'awaiting-input' }]);
  });

  test('is none when a call moved by itself, and all of a call that comes from elsewhere', () => {
    const approved: ToolCall = { ...facts, state: 'approved', by: 'person', decisions: [approval] };
    expect(decisionsTaken(approved, { ...approved, revision: 4, state: 'running' })).toEqual([]);
    expect(decisionsTaken(undefined, approved)).toMatchObject([{ ...approval, to: 'approved' }]);
    expect(decisionsTaken(undefined, approved)[0]).not.toHaveProperty('from');
  });
});
