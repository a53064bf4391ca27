import { expect, test } from 'vitest';
import type { Requirement } from '../conversation/requirement.ts';
import type { CallStanding, ToolCall } from '../conversation/tool-call.ts';
import { expiryOf } from './expiry.ts';

const now = 1_000;
const denied = { state: 'denied', by: 'expired' };

function call(standing: CallStanding, requirements?: readonly Requirement[]): ToolCall {
  const facts = { id: 'c', name: 'pay', arguments: '{}', revision: 3, ...(requirements && { requirements }) };
  return { ...facts, ...standing };
}

function after(requirements: readonly Requirement[], state: 'awaiting-approval' | 'snoozed' = 'awaiting-approval') {
  return expiryOf(call(state === 'snoozed' ? { state, until: 9_000 } : { state }, requirements), now);
}

test('what waits without an end, or whose end has not come, waits on', () => {
  expect(after([])).toBeUndefined();
  expect(expiryOf(call({ state: 'awaiting-approval' }), now)).toBeUndefined();
  expect(after([{}, { expiresAt: 1_001 }])).toBeUndefined();
  expect(expiryOf(call({ state: 'awaiting-result' }), now)).toBeUndefined();
  expect(expiryOf(call({ state: 'awaiting-result', expiresAt: 1_001 }), now)).toBeUndefined();
  expect(expiryOf(call({ state: 'approved', by: 'person' }, [{ expiresAt: 1 }]), now)).toBeUndefined();
  expect(expiryOf(call({ state: 'running' }, [{ expiresAt: 1 }]), now)).toBeUndefined();
});

test('S2: at its time a call is denied, whatever it waits for', () => {
  expect(after([{ expiresAt: 1_000 }])).toMatchObject({ ...denied, revision: 4 });
  expect(after([{ expiresAt: 5 }], 'snoozed')).toMatchObject(denied);
  expect(after([{ expiresAt: 5, onExpire: 'deny' }])).toMatchObject(denied);
  expect(expiryOf(call({ state: 'awaiting-result', expiresAt: 1_000 }), now)).toMatchObject(denied);
  expect(expiryOf(call({ state: 'awaiting-input', question: 'Which?', expiresAt: 1_000 }), now)).toMatchObject(denied);
});

test('what was met in time does not expire', () => {
  expect(after([{ expiresAt: 5, met: { at: 4 } }])).toBeUndefined();
  expect(
    after([
      { expiresAt: 5, met: { at: 4 } },
      { expiresAt: 5, onExpire: 'keep' },
    ]),
  ).toMatchObject({
    state: 'awaiting-approval',
    requirements: [{ expiresAt: 5, met: { at: 4 } }, {}],
  });
});

test('L1: a requirement that keeps loses its end, one that escalates goes to the next, and one that denies denies all', () => {
  const keep: Requirement = { reason: 'a', expiresAt: 5, onExpire: 'keep' };
  const next: Requirement = {
    reason: 'b',
    expiresAt: 5,
    onExpire: { escalate: { approvers: ['kim'], expiresIn: 100 } },
  };
  const last: Requirement = { approvers: ['ann'], expiresAt: 5, onExpire: { escalate: { approvers: ['lee'] } } };
  expect(after([keep])).toEqual({
    id: 'c',
    name: 'pay',
    revision: 4,
    state: 'awaiting-approval',
    requirements: [{ reason: 'a' }],
  });
  expect(after([keep, next, last, { expiresAt: 2_000 }])).toMatchObject({
    state: 'awaiting-approval',
    requirements: [
      { reason: 'a' },
      { reason: 'b', approvers: ['kim'], expiresAt: 1_100 },
      { approvers: ['lee'] },
      { expiresAt: 2_000 },
    ],
  });
  expect(after([last])).toHaveProperty('requirements', [{ approvers: ['lee'] }]);
  expect(after([keep, { expiresAt: 5 }, next])).toMatchObject(denied);
  expect(after([keep], 'snoozed')).toMatchObject({ state: 'awaiting-approval', requirements: [{ reason: 'a' }] });
});
