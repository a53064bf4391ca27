import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { Part } from '../conversation/part.ts';
import { resultOf } from '../conversation/result.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { Ask } from './policy.ts';
import { tool } from './tool.ts';

const approve: Decision = { type: 'approve' };

/** What a model is told of a call. */
function resultsIn(part: Part): readonly string[] {
  if (part.type !== 'tool') return [];
  return resultOf(part.call).content.map((one) => (one.type === 'text' ? one.text : one.type));
}

/** A payment for which several people have to agree. */
async function payment(ask: Ask) {
  const paid: number[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({ amount: z.number() }),
    policy: { ask },
    run: ({ amount }) => paid.push(amount),
  });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay } });
  const conversation = new Conversation({ now: testClock(1_000).now, newId: testIds() });
  conversation.say('Pay', { author: 'ann' });
  await chat.complete(conversation);
  const { id } = chat.waiting(conversation).approvals[0]!;
  const decide = async (by: string | undefined, decision = approve, groups: readonly string[] = ['finance']) => {
    const who = { groups, ...(by !== undefined && { by }) };
    const answer = await chat.decide(conversation, id, decision as never, who);
    return answer.type === 'forbidden' ? answer.reason : `${answer.type} ${answer.call.state}`;
  };
  return { chat, conversation, paid, decide, model };
}

test('of several who have to agree each counts once, and the last one lets the call run (D4)', async () => {
  const { chat, conversation, paid, decide } = await payment({ approvers: ['finance'], quorum: 2 });
  expect(await decide('bob')).toBe('applied awaiting-approval');
  expect(await decide('bob')).toBe('already awaiting-approval');
  expect(await decide(undefined)).toBe('several people have to agree, each by name');
  expect(await decide('eve', approve, [])).toBe('only finance may decide about it');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  const saved = Conversation.parse(JSON.stringify(conversation));
  expect(chat.waiting(saved).approvals[0]?.requirements).toEqual([
    { approvers: ['finance'], quorum: 2, given: [{ by: 'bob', at: 1_000 }] },
  ]);
  expect([await decide('kim'), await decide('lee')]).toEqual(['applied approved', 'already approved']);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(paid).toEqual([5]);
});

test('whoever asked is none of them where they may not be, and one no is enough (D4, D7)', async () => {
  const { decide } = await payment({ quorum: 2, notBy: 'requester' });
  expect(await decide('ann')).toBe('whoever asked for it may not approve it');
  expect([await decide('bob'), await decide('kim', { type: 'reject' })]).toEqual([
    'applied awaiting-approval',
    'applied rejected',
  ]);
});

test('an answer in place of the tool, and an edit, count for what is missing and no more (D4, D6)', async () => {
  const answered = await payment({ quorum: 2 });
  const answer: Decision = { type: 'answer', output: 1 };
  expect(await answered.decide('bob', answer)).toBe('others have to agree to an answer');
  await answered.decide('bob');
  expect(await answered.decide('bob', answer)).toBe('others have to agree to an answer');
  expect(await answered.decide('kim', answer)).toBe('applied completed');
  const edited = await payment({ quorum: 2 });
  await edited.decide('bob');
  // What bob has agreed to is not what kim makes of it.
  expect(await edited.decide('kim', { type: 'approve', input: { amount: 7 } })).toBe('applied awaiting-approval');
  expect(await edited.decide('kim')).toBe('already awaiting-approval');
  expect(await edited.decide('bob')).toBe('applied approved');
  await edited.chat.complete(edited.conversation);
  expect(edited.paid).toEqual([7]);
});

test('the model is told of an edit that somebody else approved after it (W1)', async () => {
  const { chat, conversation, decide, model } = await payment({ quorum: 2 });
  expect(await decide('bob', { type: 'approve', input: { amount: 7 } })).toBe('applied awaiting-approval');
  expect(await decide('kim')).toBe('applied approved');
  await chat.complete(conversation);
  expect(
    model.requests
      .at(-1)
      ?.messages.flatMap(({ parts }) => parts)
      .flatMap(resultsIn),
  ).toEqual([
    'A person changed the arguments before it ran, from {"amount":5} to {"amount":7}. Do not repeat the original.',
    '1',
  ]);
});

test.each([[0], [-3], [Number.NaN], [1.5], ['two']])(
  'a quorum of %s is one of two: it fails closed (D4)',
  async (quorum) => {
    const { decide } = await payment({ quorum: quorum as number });
    expect([await decide('bob'), await decide('kim')]).toEqual(['applied awaiting-approval', 'applied approved']);
  },
);

test('a quorum that nobody can reach is never reached, not even when it was saved (D4, P2)', async () => {
  const { chat, conversation, decide } = await payment({ quorum: Infinity });
  expect([await decide('bob'), await decide('kim')]).toEqual([
    'applied awaiting-approval',
    'applied awaiting-approval',
  ]);
  const saved = Conversation.parse(JSON.stringify(conversation));
  const [call] = chat.waiting(saved).approvals;
  expect(await chat.decide(saved, call!, approve as never, { by: 'lee' })).toMatchObject({
    type: 'applied',
    call: { state: 'awaiting-approval' },
  });
});
