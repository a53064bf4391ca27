import { expect, test } from 'vitest';
import { shopsOfTests } from '../../../test/server/shop.ts';

const shopWith = shopsOfTests();

test.each([
  ['an edit', { type: 'approve', inputs: { amount: 5 } }, 'inputs'],
  ['a time', { type: 'approve', not_before: '2100-01-01T00:00:00Z' }, 'not_before'],
  ['a reason', { type: 'reject', because: 'no' }, 'because'],
  ['what belongs to another decision', { type: 'approve', output: { receipt: 1 } }, 'output'],
  ['who decides', { type: 'approve', by: 'cfo' }, 'by'],
  ['what every object has', { type: 'approve', constructor: 1 }, 'constructor'],
])('%s that is not understood is not passed over: nothing is decided (D1)', async (_, decision, member) => {
  const shop = shopWith();
  const { thread, call, seen } = await shop.waiting();
  const path = `POST /threads/${thread}/decisions`;
  const { status, body } = await shop.ask('kim', path, { decisions: [{ call, seen, decision }] });
  expect([status, body.code, body.detail]).toEqual([400, 'malformed', `decision may not hold "${member}".`]);
  const approved = await shop.ask('kim', path, { decisions: [{ call, seen, decision: { type: 'approve' } }] });
  expect(approved.body.answers).toMatchObject([{ type: 'applied' }]);
});

test.each(['toString', '__proto__', 'approved', 7, null])('%j is no decision', async (type) => {
  const shop = shopWith();
  const { thread, call, seen } = await shop.waiting();
  const decisions = [{ call, seen, decision: { type, input: {} } }];
  const { body } = await shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions });
  expect(body.answers).toMatchObject([{ type: 'invalid', issues: [{ path: ['type'] }] }]);
  expect(shop.paid).toEqual([]);
});
