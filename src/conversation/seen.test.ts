import { expect, test } from 'vitest';
import type { ToolCall } from './tool-call.ts';
import { seenOf } from './seen.ts';

const call: ToolCall = {
  id: 'c',
  name: 'pay',
  arguments: '{"amount":5}',
  input: { amount: 5 },
  revision: 2,
  requirements: [{ reason: 'over 4', approvers: ['ann'] }],
  attempt: { number: 1, startedAt: 0, deadline: 10 },
  state: 'awaiting-approval',
};
const asking: ToolCall = { ...call, state: 'awaiting-input', question: 'Which?' };

test.each<[string, ToolCall]>([
  ['another call', { ...call, id: 'd' }],
  ['another tool', { ...call, name: 'refund' }],
  ['another input', { ...call, input: { amount: 6 } }],
  ['no input', { ...call, input: null }],
  ['another attempt', { ...call, attempt: { number: 2, startedAt: 0, deadline: 10 } }],
  ['another reason', { ...call, requirements: [{ reason: 'over 3', approvers: ['ann'] }] }],
  ['other approvers', { ...call, requirements: [{ reason: 'over 4', approvers: ['bob'] }] }],
  ['one requirement more', { ...call, requirements: [...call.requirements!, {}] }],
  ['a doubt', { ...call, state: 'in-doubt', reason: 'late' }],
  ['a result from elsewhere', { ...call, state: 'awaiting-result' }],
  ['a question', asking],
])('D1: what a person has seen is not what they would see of %s', (_, other) => {
  expect(seenOf(other)).not.toBe(seenOf(call));
});

test('D1: another question of a tool is another one to be seen', () => {
  expect(seenOf({ ...asking, question: 'Where?' })).not.toBe(seenOf(asking));
});

test('D1: a snooze, a new revision and what was met by others leave what was seen as it is', () => {
  expect(seenOf({ ...call, state: 'snoozed', until: 5 })).toBe(seenOf(call));
  const requirements = [{ ...call.requirements![0]!, met: { by: 'ann', at: 1 }, expiresAt: 9, preview: 'five' }];
  expect(seenOf({ ...call, revision: 3, requirements })).toBe(seenOf(call));
});
