import { expect, test } from 'vitest';
import { readDecision } from './decision.ts';

const time = '2030-01-01T09:00:00Z';

test.each([
  [{ type: 'approve' }],
  [{ type: 'approve', input: null }],
  [{ type: 'approve', input: { a: 1 }, notBefore: time }],
  [{ type: 'reject' }],
  [{ type: 'reject', reason: '' }],
  [{ type: 'answer', output: null }],
  [{ type: 'snooze', until: time }],
  [{ type: 'happened', output: 0 }],
  [{ type: 'did-not-happen' }],
  [{ type: 'run-again' }],
  [{ type: 'abandon' }],
])('%j is a decision, and of what comes with it only its own members stay', (decision) => {
  const read = readDecision({ ...decision, by: 'cfo', state: 'approved' });
  expect(JSON.stringify(read)).toBe(JSON.stringify({ decision }));
});

test.each([
  ['approve', '', 'a decision is an object'],
  [null, '', 'a decision is an object'],
  [{}, 'type', 'is not a decision'],
  [{ type: 'toString' }, 'type', 'is not a decision'],
  [{ type: 'approve', notBefore: 'soon' }, 'notBefore', 'is not a time'],
  [{ type: 'approve', notBefore: 5 }, 'notBefore', 'is not a time'],
  [{ type: 'snooze' }, 'until', 'is not a time'],
  [{ type: 'snooze', until: 'later' }, 'until', 'is not a time'],
  [{ type: 'reject', reason: 5 }, 'reason', 'is not text'],
  [{ type: 'answer' }, 'output', 'is missing'],
  [{ type: 'happened' }, 'output', 'is missing'],
])('%j is no decision, and says why', (value, member, message) => {
  expect(readDecision(value)).toEqual({ member, message });
});
