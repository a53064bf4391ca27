import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barred, barredFromDoubt } from '../chat/approval.ts';
import { addresseesOf, isAddressed } from './addressee.ts';
import type { Person } from './addressee.ts';
import type { Requirement } from './requirement.ts';
import type { ToolCall } from './tool-call.ts';

const name = fc.constantFrom('ann', 'bob', 'finance', 'security');
const requirement: fc.Arbitrary<Requirement> = fc
  .record(
    {
      approvers: fc.array(name, { maxLength: 2 }),
      notBy: fc.constant('requester' as const),
      met: fc.constant({ at: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((one) => one as Requirement);
const person: fc.Arbitrary<Person> = fc.record(
  { by: fc.constantFrom('ann', 'bob'), groups: fc.subarray(['finance', 'security']) },
  { requiredKeys: [] },
);
const requester = fc.option(fc.constantFrom('ann', 'bob'), { nil: undefined });
const facts = { id: 'c', name: 'pay', arguments: '{}', revision: 1 };

function isShown(call: ToolCall, who: Person, asker: string | undefined): boolean {
  return addresseesOf(call, asker).some((one) => isAddressed(one, who));
}

test('a call is put to exactly those who may approve it (D7, X1)', () => {
  const about = { requirements: fc.array(requirement, { maxLength: 3 }), person, requester };
  const because = fc.constantFrom(undefined, 'tool-missing' as const);
  fc.assert(
    fc.property(fc.record({ ...about, because }), ({ requirements, because: why, ...one }) => {
      const call: ToolCall = { ...facts, requirements, state: 'awaiting-approval', ...(why && { because: why }) };
      const mayApprove = barred(call, 'approve', { ...one.person, requester: one.requester }) === undefined;
      expect(isShown(call, one.person, one.requester)).toBe(mayApprove);
    }),
    { numRuns: 1_000 },
  );
});

test('a call in doubt is put to exactly those who may say what became of it (D7, X1)', () => {
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 3 }), person, requester, (requirements, who, asker) => {
      const call: ToolCall = { ...facts, requirements, state: 'in-doubt', reason: 'crash' };
      const may = barredFromDoubt(call, { ...who, requester: asker }) === undefined;
      expect(isShown(call, who, asker)).toBe(may);
    }),
  );
});

test('what nobody is asked about is put to nobody', () => {
  expect(addresseesOf({ ...facts, state: 'running' }, 'ann')).toEqual([]);
  expect(addresseesOf({ ...facts, state: 'completed', output: 1 }, 'ann')).toEqual([]);
});
