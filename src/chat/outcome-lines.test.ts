import { expect, test } from 'vitest';
import type { CallFacts, CallStanding, ToolCall } from '../conversation/tool-call.ts';
import { cutOff, doubtful, settled } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const attempt = { number: 2, startedAt: 1, deadline: 9 };
const paid: Outcome = { cause: 'complete', to: { state: 'completed', output: 'paid' } };
const refused: Outcome = { cause: 'fail', to: { state: 'failed', reason: 'sold out', outcome: 'none' } };
const broke: Outcome = { cause: 'fail', to: { state: 'failed', reason: 'broke', outcome: 'unknown' } };

function call(standing: CallStanding, facts: Partial<CallFacts> = {}): ToolCall {
  return { id: 'c', name: 'pay', arguments: '{}', revision: 5, attempt, effect: 'once', ...facts, ...standing };
}

/** What an outcome of an attempt (the current one, if no other is named) does to a call. */
function after(one: ToolCall, outcome: Outcome, number = 2): unknown {
  return settled(one, { attempt: number, outcome, now: 7 });
}

test('E3: an outcome settles the call that runs under its attempt, whatever it is', () => {
  for (const outcome of [paid, refused, broke]) {
    expect(after(call({ state: 'running' }), outcome)).toEqual({
      id: 'c',
      name: 'pay',
      revision: 6,
      ...outcome.to,
      endedAt: 7,
    });
  }
  const { to } = doubtful('late');
  const asked = { id: 'c', name: 'pay', revision: 6, askedAt: 7, ...to };
  expect(after(call({ state: 'running' }), doubtful('late'))).toEqual(asked);
});

test('E3: what is known settles a call in doubt, and spares one that is to run again', () => {
  const doubt = call({ state: 'in-doubt', reason: 'late' });
  expect(after(doubt, paid)).toMatchObject({ state: 'completed', output: 'paid', endedAt: 7 });
  expect(after(doubt, refused)).toMatchObject({ state: 'failed', outcome: 'none' });
  expect(after(doubt, broke)).toBeUndefined();
  expect(after(call({ state: 'approved', by: 'person' }), paid)).toMatchObject({ state: 'completed', output: 'paid' });
  expect(after(call({ state: 'approved', by: 'person' }), refused)).toMatchObject({
    state: 'approved',
    lateEvidence: [{}],
  });
});

test('E3: what is known too late is kept beside what was decided, and settles nothing of another attempt', () => {
  const abandoned = call({ state: 'failed', reason: 'nobody knows', outcome: 'unknown' });
  expect(after(abandoned, paid)).toEqual({
    id: 'c',
    name: 'pay',
    revision: 6,
    state: 'failed',
    reason: 'nobody knows',
    outcome: 'unknown',
    lateEvidence: [{ attempt: 2, at: 7, outcome: { completed: 'paid' } }],
  });
  expect(after(call({ state: 'running' }), paid, 1)).toMatchObject({
    state: 'running',
    lateEvidence: [{ attempt: 1, at: 7, outcome: { completed: 'paid' } }],
  });
  const earlier = { attempt: 1, at: 3, outcome: { failed: 'no' } };
  expect(after(call({ state: 'in-doubt', reason: 'x' }, { lateEvidence: [earlier] }), refused, 1)).toMatchObject({
    state: 'in-doubt',
    lateEvidence: [earlier, { attempt: 1, at: 7, outcome: { failed: 'sold out' } }],
  });
  expect(after(call({ state: 'running' }), broke, 1)).toBeUndefined();
  expect(after(call({ state: 'rejected' }, { effect: 'read' }), paid)).toBeUndefined();
});

test('E1: what a cut means depends on how the tool bears being repeated', () => {
  expect(cutOff('once', 'timeout').to).toMatchObject({ state: 'in-doubt', reason: 'it did not answer in time' });
  expect(cutOff('once', 'stopped').to).toMatchObject({ state: 'in-doubt', reason: 'it was stopped while it ran' });
  expect(cutOff('read', 'timeout')).toMatchObject({ cause: 'fail', to: { state: 'failed', outcome: 'none' } });
  expect(cutOff('idempotent', 'timeout').to).toMatchObject({ state: 'failed', outcome: 'unknown' });
  expect(cutOff('read', 'stopped')).toMatchObject({ cause: 'cancel', to: { state: 'cancelled', outcome: 'none' } });
  expect(cutOff('undeclared', 'stopped').to).toMatchObject({ state: 'cancelled', by: 'stop', outcome: 'unknown' });
});
