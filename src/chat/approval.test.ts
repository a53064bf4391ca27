import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { barred, barredFromDoubt, mayDecide, mayMeet, met, requesterOf } from './approval.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';

const ann = { by: 'ann', requester: 'bob' };
const bob = { by: 'bob', requester: 'bob' };
const nobody = { by: undefined, requester: undefined };

function call(requirements?: readonly Requirement[]): ToolCall {
  const facts = { id: 'c', name: 'pay', arguments: '{}', revision: 3, ...(requirements && { requirements }) };
  return { ...facts, state: 'awaiting-approval' };
}

test('D4: who may decide is named by the requirement, and anybody may where nobody is named', () => {
  expect(mayDecide({}, nobody)).toBe(true);
  expect(mayDecide({ approvers: ['ann'] }, ann)).toBe(true);
  expect(mayDecide({ approvers: ['ann'] }, bob)).toBe(false);
  expect(mayDecide({ approvers: ['ann'] }, nobody)).toBe(false);
  expect(mayDecide({ approvers: [] }, ann)).toBe(false);
});

test('D7: whoever asked for a call may be barred from approving it, and so is who is not known', () => {
  expect(mayMeet({ notBy: 'requester' }, ann)).toBe(true);
  expect(mayMeet({ notBy: 'requester' }, bob)).toBe(false);
  expect(mayMeet({ notBy: 'requester' }, nobody)).toBe(false);
  expect(mayMeet({ notBy: 'requester', approvers: ['kim'] }, ann)).toBe(false);
  expect(mayMeet({}, bob)).toBe(true);
});

test('an approval marks what it meets, with its maker and its time, and leaves the rest', () => {
  const earlier = { by: 'kim', at: 1 };
  const all: readonly Requirement[] = [{ approvers: ['ann'] }, { approvers: ['kim'] }, { met: earlier }, {}];
  expect(met(all, ann, 5)).toEqual([
    { approvers: ['ann'], met: { by: 'ann', at: 5 } },
    { approvers: ['kim'] },
    { met: earlier },
    { met: { by: 'ann', at: 5 } },
  ]);
  expect(met([{}], nobody, 5)).toEqual([{ met: { at: 5 } }]);
});

test('D4: a decision is barred from those whom no open requirement names, and when it is not offered', () => {
  const finance: Requirement = { approvers: ['ann'], reason: 'money' };
  const security: Requirement = { approvers: ['kim', 'ann'] };
  const done: Requirement = { approvers: ['lee'], met: { by: 'lee', at: 1 } };
  expect(barred(call(), 'approve', nobody)).toBeUndefined();
  expect(barred(call([finance, security]), 'approve', ann)).toBeUndefined();
  expect(barred(call([finance, security]), 'approve', bob)).toBe('only ann, kim may decide about it');
  expect(barred(call([finance, security]), 'reject', { by: 'kim', requester: 'bob' })).toBeUndefined();
  expect(barred(call([done, finance]), 'approve', { by: 'lee', requester: 'bob' })).toBe(
    'only ann may decide about it',
  );
  expect(barred(call([done]), 'approve', bob)).toBeUndefined();
  expect(barred(call([{ decisions: ['approve', 'reject'] }]), 'snooze', ann)).toBe('snooze is not offered');
  expect(barred(call([{ decisions: ['approve'] }]), 'approve', ann)).toBeUndefined();
  expect(barred(call([{ decisions: [], met: { at: 1 } }]), 'approve', ann)).toBeUndefined();
});

test('D7: who asked may reject but not approve, and an answer stands for every approval that is open', () => {
  const other: Requirement = { notBy: 'requester' };
  expect(barred(call([other]), 'approve', bob)).toBe('whoever asked for it may not approve it');
  expect(barred(call([other]), 'reject', bob)).toBeUndefined();
  expect(barred(call([other]), 'snooze', bob)).toBeUndefined();
  expect(barred(call([other, {}]), 'approve', bob)).toBeUndefined();
  expect(barred(call([other]), 'answer', bob)).toBe('others have to agree to an answer');
  expect(barred(call([{ approvers: ['ann'] }, { approvers: ['kim'] }]), 'answer', ann)).toBe(
    'others have to agree to an answer',
  );
  expect(barred(call([{ approvers: ['ann'] }, {}]), 'answer', ann)).toBeUndefined();
});

test('what became of a call in doubt is said by one of those who are named anywhere', () => {
  expect(barredFromDoubt(call(), nobody)).toBeUndefined();
  expect(barredFromDoubt(call([{}]), nobody)).toBeUndefined();
  const named = call([{ approvers: ['ann'] }, { approvers: ['kim'], met: { by: 'kim', at: 1 } }, {}]);
  expect(barredFromDoubt(named, ann)).toBeUndefined();
  expect(barredFromDoubt(named, { by: 'kim', requester: 'ann' })).toBeUndefined();
  expect(barredFromDoubt(named, bob)).toBe('only ann, kim may say what became of it');
});

test('a call follows from the last word before it', () => {
  const part = (id: string) => ({ type: 'tool', call: { ...call(), id } }) as const;
  const user = (id: string, author?: string) =>
    ({ id, role: 'user', parts: [], at: 1, ...(author !== undefined && { author }) }) as const;
  const answer = (id: string, of: string) => ({ id, role: 'assistant', parts: [part(of)], at: 1 }) as const;
  const conversation = new Conversation({
    messages: [
      answer('x', 'first'),
      user('a', 'ann'),
      user('b', 'bob'),
      answer('y', 'second'),
      user('c'),
      answer('z', 'third'),
    ],
  });
  const of = (id: string): string | undefined => requesterOf(conversation, { ...call(), id });
  expect([of('first'), of('second'), of('third')]).toEqual([undefined, 'bob', undefined]);
});

test('D4: two groups have to agree, each for itself, and only then it runs', async () => {
  let paid = 0;
  const pay = tool({
    description: 'Pay',
    policy: { ask: { approvers: ['ann'], reason: 'money' } },
    run: () => (paid += 1),
  });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay }, policy: () => ({ ask: { approvers: ['kim', 'lee'] } }) });
  const clock = testClock(1_000);
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Pay', { author: 'bob' });
  await chat.complete(conversation);
  const [shown] = chat.waiting(conversation).approvals;
  const decide = (by: string) => chat.decide(conversation, shown!.id, { type: 'approve' }, { by });
  expect(await decide('bob')).toMatchObject({ type: 'forbidden', reason: 'only ann, kim, lee may decide about it' });
  expect(await decide('kim')).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval' } });
  expect(await decide('kim')).toMatchObject({ type: 'already', earlier: { by: 'kim' } });
  expect(await decide('lee')).toMatchObject({ type: 'forbidden', reason: 'only ann may decide about it' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  expect(await decide('ann')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  await chat.complete(conversation);
  expect(paid).toBe(1);
  expect(conversation.findCall(shown!.id)?.requirements).toEqual([
    { approvers: ['ann'], reason: 'money', met: { by: 'ann', at: 1_000 } },
    { approvers: ['kim', 'lee'], met: { by: 'kim', at: 1_000 } },
  ]);
});
