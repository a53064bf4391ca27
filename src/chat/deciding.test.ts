import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import type { TestClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { toolStarts } from '../testing/tool-starts.ts';
import type { ToolStarts } from '../testing/tool-starts.ts';
import { createChat } from './chat.ts';
import type { Policy } from './policy.ts';
import { tool } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

const input = z.object({ amount: z.number() });

interface Desk {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  readonly clock: TestClock;
  readonly starts: ToolStarts;
}

/** A conversation that waits for a decision about one payment of 5, under a policy. */
async function desk(policy: Policy<{ amount: number }>): Promise<Desk> {
  const starts = toolStarts();
  const clock = testClock(1_000);
  const pay = tool({ description: 'Pay', input, policy, run: ({ amount }) => `paid ${amount}` });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Done.'], { turnBy: 'answers' });
  const chat = createChat({ model, tools: starts.watch({ pay }) }) as unknown as Chat<ToolSet>;
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Pay');
  await chat.complete(conversation);
  return { chat, conversation, clock, starts };
}

const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

test('what is not a time is invalid, and says where', async () => {
  const { chat, conversation } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, call!, { type: 'approve', notBefore: 'soon' })).toMatchObject({
    type: 'invalid',
    issues: [{ message: 'is not a time', path: ['notBefore'] }],
  });
  expect(await chat.decide(conversation, call!, { type: 'snooze', until: 'later' })).toMatchObject({
    type: 'invalid',
    issues: [{ message: 'is not a time', path: ['until'] }],
  });
  expect(chat.waiting(conversation).approvals).toEqual([call]);
});

test('an approval for later waits for its time', async () => {
  const { chat, conversation, clock, starts } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'approve', notBefore: at(5_000) });
  expect(await chat.complete(conversation)).toMatchObject({
    type: 'paused',
    scheduled: [{ call: call!.id, at: 5_000 }],
  });
  clock.set(4_999);
  await chat.complete(conversation);
  expect(starts.list).toEqual([]);
  clock.set(5_000);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(starts.list).toHaveLength(1);
});

test('an approval at once keeps no time', async () => {
  const { chat, conversation } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'approve' });
  expect(conversation.findCall(call!.id)).not.toHaveProperty('notBefore');
});

test('a snoozed call comes back when its time has come, and may be decided before', async () => {
  const { chat, conversation, clock } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  const snooze = { type: 'snooze', until: at(5_000) } as const;
  expect(await chat.decide(conversation, call!, snooze)).toMatchObject({ type: 'applied', call: { state: 'snoozed' } });
  expect(await chat.complete(conversation)).toMatchObject({ approvals: [], scheduled: [{ at: 5_000 }] });
  clock.set(5_000);
  expect((await recordEvents(chat.stream(conversation))).outline).toEqual([
    'tool pay: awaiting-approval',
    'paused: 1 approval',
  ]);
  await chat.decide(conversation, call!, snooze);
  // A snooze does not change what was shown, so the same click counts (D1).
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
});

test('S2: a snooze does not outlive the expiry', async () => {
  const { chat, conversation, clock } = await desk({ ask: { expiresIn: 2_000 } });
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'snooze', until: at(60_000) });
  expect(conversation.findCall(call!.id)).toMatchObject({ state: 'snoozed', until: 3_000 });
  clock.set(3_000);
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'expired' });
});

test('S2: a click after the expiry is told so, also the second one', async () => {
  const { chat, conversation, clock } = await desk({ ask: { expiresIn: 2_000 } });
  const [call] = chat.waiting(conversation).approvals;
  clock.set(3_000);
  await chat.complete(conversation);
  for (let click = 0; click < 2; click += 1) {
    expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'expired' });
  }
});

test('S2: a click after an expiry that keeps the call counts, also when nobody had noticed', async () => {
  const { chat, conversation, clock } = await desk({ ask: { expiresIn: 2_000, onExpire: 'keep' } });
  const [call] = chat.waiting(conversation).approvals;
  clock.set(3_000);
  expect(await chat.decide(conversation, call!, { type: 'approve' })).toMatchObject({ type: 'applied' });
});

test('what was approved in time runs, however late it starts', async () => {
  const { chat, conversation, clock, starts } = await desk({ ask: { expiresIn: 2_000 } });
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'approve' });
  clock.set(60_000);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(starts.list).toHaveLength(1);
});

test('D6: a policy that is asked about an edit is not told that the call is due', async () => {
  const asked: boolean[] = [];
  const { chat, conversation } = await desk((_, { due }) => {
    asked.push(due);
    return 'ask';
  });
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'approve', input: { amount: 4 } });
  expect(asked).toEqual([false, false]);
});

test('D6: an edit that a policy defers waits for that time', async () => {
  const { chat, conversation } = await desk(({ amount }) => (amount > 50 ? { defer: at(9_000) } : 'ask'));
  const [call] = chat.waiting(conversation).approvals;
  const edit = { type: 'approve', input: { amount: 60 }, notBefore: at(5_000) } as const;
  expect(await chat.decide(conversation, call!, edit)).toMatchObject({ call: { state: 'approved', notBefore: 9_000 } });
});

test('a decision that was weighed about a call that moved meanwhile is weighed again', async () => {
  const gate = Promise.withResolvers<'ask'>();
  const begun = Promise.withResolvers<void>();
  let asked = 0;
  const { chat, conversation, clock, starts } = await desk(() => {
    if ((asked += 1) === 1) return { ask: { expiresIn: 2_000 } };
    begun.resolve();
    return gate.promise;
  });
  const [call] = chat.waiting(conversation).approvals;
  const edit = chat.decide(conversation, call!, { type: 'approve', input: { amount: 4 } });
  await begun.promise;
  clock.set(3_000);
  await chat.complete(conversation);
  gate.resolve('ask');
  expect(await edit).toMatchObject({ type: 'expired', call: { state: 'denied' } });
  expect(starts.list).toEqual([]);
});

test('a decision of another kind than is asked for is stale, and one after another is told who was first', async () => {
  const { chat, conversation } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, call!, { type: 'run-again' })).toMatchObject({ type: 'stale' });
  await chat.decide(conversation, call!, { type: 'reject', reason: 'no' }, { by: 'ann' });
  expect(conversation.findCall(call!.id)).toMatchObject({ state: 'rejected', reason: 'no' });
  expect(await chat.decide(conversation, call!.id, { type: 'approve' })).toMatchObject({
    type: 'already',
    earlier: { by: 'ann', seen: expect.any(String) },
  });
});

test('a record of a decision says who only when it is known, and what was seen only when the call was given', async () => {
  const { chat, conversation } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!.id, { type: 'reject' });
  expect(conversation.findCall(call!.id)?.decisions).toEqual([{ decision: { type: 'reject' }, at: 1_000 }]);
  expect(conversation.findCall(call!.id)).not.toHaveProperty('reason');
});

test('D1: an answer to another question is no answer to this one: an approval does not say what happened', async () => {
  const { chat, conversation, clock } = await desk('ask');
  const [call] = chat.waiting(conversation).approvals;
  await chat.decide(conversation, call!, { type: 'snooze', until: at(2_000) }, { by: 'ann' });
  clock.set(2_000);
  await chat.complete(conversation);
  const now = chat.waiting(conversation).approvals[0]!;
  expect(await chat.decide(conversation, now, { type: 'happened', output: 1 })).toMatchObject({ type: 'stale' });
  await chat.decide(conversation, now, { type: 'approve' }, { by: 'ann' });
  await chat.complete(conversation);
  expect(await chat.decide(conversation, call!.id, { type: 'reject' })).toMatchObject({
    type: 'already',
    earlier: { by: 'ann' },
  });
  // Nobody has ever said what became of it, so there is nothing that came first.
  expect(await chat.decide(conversation, call!.id, { type: 'abandon' })).toMatchObject({ type: 'stale' });
});

test('only who has approved already is told so; who may not approve may not', async () => {
  const { chat, conversation } = await desk({ ask: { approvers: ['ann', 'kim'] } });
  const [call] = chat.waiting(conversation).approvals;
  expect(await chat.decide(conversation, call!, { type: 'approve' }, { by: 'eve' })).toMatchObject({
    type: 'forbidden',
  });
  await chat.decide(conversation, call!, { type: 'snooze', until: at(2_000) }, { by: 'ann' });
  expect(await chat.decide(conversation, call!, { type: 'approve' }, { by: 'eve' })).toMatchObject({
    type: 'forbidden',
  });
});

/** A call that waits, after what was decided about it. */
function undecided(facts: Pick<ToolCall, 'requirements' | 'decisions'>): Conversation {
  const call = { id: 'c', name: 'pay', arguments: '{}', input: {}, revision: 4, state: 'awaiting-approval' } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0, author: 'uma' },
    { id: 'b', role: 'assistant', parts: [{ type: 'tool', call: { ...call, ...facts } }], at: 0, finish: 'tool-calls' },
  ] as const;
  return new Conversation({ messages, now: () => 1_000 });
}

test('D1: who approves twice is told of their own approval, whatever others said since', async () => {
  const approved = { decision: { type: 'approve' }, by: 'ann', at: 1 } as const;
  const snoozed = { decision: { type: 'snooze', until: at(500) }, by: 'bob', at: 2 } as const;
  const requirements = [{ approvers: ['ann'], met: { by: 'ann', at: 1 } }, { approvers: ['bob'] }];
  const conversation = undecided({ requirements, decisions: [approved, snoozed] });
  const chat = createChat({ model: scripted([]) });
  expect(await chat.decide(conversation, 'c', { type: 'approve' }, { by: 'ann' })).toMatchObject({
    type: 'already',
    earlier: approved,
  });
});

test('D7: who asked for a call may put it off, and may not approve it after that either', async () => {
  const snoozed = { decision: { type: 'snooze', until: at(500) }, by: 'uma', at: 2 } as const;
  const conversation = undecided({ requirements: [{ notBy: 'requester' }], decisions: [snoozed] });
  const chat = createChat({ model: scripted([]) });
  expect(await chat.decide(conversation, 'c', { type: 'approve' }, { by: 'uma' })).toMatchObject({ type: 'forbidden' });
});

test('E2: what is said not to have happened is rejected, and the model is told why', async () => {
  const call = { id: 'c', name: 'pay', arguments: '{}', input: {}, revision: 4 } as const;
  const part = { type: 'tool', call: { ...call, state: 'in-doubt', reason: 'crash' } } as const;
  const conversation = new Conversation({ messages: [{ id: 'b', role: 'assistant', parts: [part], at: 0 }] });
  const chat = createChat({ model: scripted([]) });
  await chat.decide(conversation, 'c', { type: 'did-not-happen' });
  expect(conversation.findCall('c')).toMatchObject({
    state: 'rejected',
    reason: 'it did not happen, and is not to be tried again',
  });
});

test('E2: what became of a call in doubt is said by those who may, and not too early', async () => {
  const clock = testClock(1_000);
  const requirements = [{ approvers: ['ann'] }];
  const attempt = { number: 1, startedAt: 0, deadline: 5_000 };
  const facts = {
    id: 'c',
    name: 'pay',
    arguments: '{}',
    input: { amount: 5 },
    revision: 4,
    requirements,
    attempt,
  } as const;
  const part = { type: 'tool', call: { ...facts, state: 'in-doubt', reason: 'crash' } } as const;
  const messages = [{ id: 'b', role: 'assistant', parts: [part], at: 0, finish: 'tool-calls' }] as const;
  const conversation = new Conversation({ messages, now: clock.now });
  const chat = createChat({ model: scripted([]), tools: {} }) as unknown as Chat<ToolSet>;
  const decide = (by: string) => chat.decide(conversation, 'c', { type: 'did-not-happen' }, { by });
  expect(await decide('eve')).toMatchObject({ type: 'forbidden', reason: 'only ann may say what became of it' });
  expect(await decide('ann')).toMatchObject({ type: 'too-early', until: 5_000 });
  clock.set(5_000);
  expect(await decide('ann')).toMatchObject({ type: 'applied', call: { state: 'rejected' } });
});

test('D6: an edit is kept as the schema reads it, and with requirements that are met by it', async () => {
  const { chat, conversation } = await desk({ ask: { reason: 'money' } });
  const [call] = chat.waiting(conversation).approvals;
  const edit = { type: 'approve', input: { amount: 4, note: 'dropped' } } as const;
  await chat.decide(conversation, call!, edit, { by: 'ann' });
  expect(conversation.findCall(call!.id)).toMatchObject({
    state: 'approved',
    input: { amount: 4 },
    requirements: [{ reason: 'money', met: { by: 'ann', at: 1_000 } }],
    decisions: [{ decision: { type: 'approve', input: { amount: 4 } }, by: 'ann' }],
  });
});
