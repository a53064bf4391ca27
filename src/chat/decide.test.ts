import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { CallFacts, CallStanding, CallState, ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { drain, sleep, talk } from './hostile/kit.ts';
import type { Policy } from './policy.ts';
import { tool } from './tool.ts';
import type { Chat, DecisionAnswer } from './types.ts';
import type { ToolSet } from './tool.ts';

type Pay = { readonly amount: number };
const input = z.object({ amount: z.number().positive() });

/** A chat in which `pay` waits, whose policy is this one. */
async function waiting(policy: Policy<Pay> = 'ask') {
  const paid: number[] = [];
  const pay = tool({ description: 'Pays', input, policy, run: ({ amount }) => void paid.push(amount) });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay }, onError: () => {} });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const call = (): ToolCall => conversation.findCall(chat.waiting(conversation).approvals[0]!.id)!;
  const id = call().id;
  const shown = call();
  const decide = (decision: unknown, by?: string, given: ToolCall | string = id): Promise<DecisionAnswer> =>
    chat.decide(conversation, given as string, decision as Decision<Pay>, by === undefined ? {} : { by });
  return { chat, conversation, paid, shown, id, decide, now: (): ToolCall => conversation.findCall(id)! };
}

const approve = { type: 'approve' } as const;
const reject = { type: 'reject' } as const;

/** A conversation that holds one call, standing so. */
function holding(standing: CallStanding, facts: Partial<CallFacts> = {}, time = 1_000): Conversation {
  const call = { id: 'c', name: 'pay', arguments: '{}', input: {}, revision: 7, ...facts, ...standing } as ToolCall;
  return new Conversation({
    now: () => time,
    messages: [
      { id: 'u', role: 'user', parts: [], at: 0, author: 'uma' },
      { id: 'a', role: 'assistant', parts: [{ type: 'tool', call }], at: 0, finish: 'tool-calls' },
    ],
  });
}

const attempt = { number: 1, startedAt: 0, deadline: 500 };
const standings: Readonly<Record<CallState, CallStanding>> = {
  proposed: { state: 'proposed' },
  'awaiting-approval': { state: 'awaiting-approval' },
  deferred: { state: 'deferred', until: 5_000 },
  snoozed: { state: 'snoozed', until: 5_000 },
  approved: { state: 'approved', by: 'policy' },
  running: { state: 'running' },
  'awaiting-result': { state: 'awaiting-result' },
  'awaiting-input': { state: 'awaiting-input', question: 'Which?' },
  'in-doubt': { state: 'in-doubt', reason: 'it did not answer' },
  completed: { state: 'completed', output: 1 },
  failed: { state: 'failed', reason: 'broken', outcome: 'none' },
  denied: { state: 'denied', by: 'policy' },
  rejected: { state: 'rejected' },
  cancelled: { state: 'cancelled', by: 'stop', outcome: 'none' },
};

const decisions = {
  approve,
  edit: { type: 'approve', input: {} },
  reject: { type: 'reject', reason: 'no' },
  answer: { type: 'answer', output: 2 },
  snooze: { type: 'snooze', until: '1970-01-01T00:00:04Z' },
  happened: { type: 'happened', output: 3 },
  'did-not-happen': { type: 'did-not-happen' },
  'run-again': { type: 'run-again' },
  abandon: { type: 'abandon' },
} as const satisfies Record<string, Decision>;

const anyTool = tool({ description: 'Pays', input: z.object({}), policy: 'ask', run: () => 1 });
const tools: ToolSet = { pay: anyTool };
const chatOf = (set: ToolSet): Chat => createChat({ model: scripted([]), tools: set }) as Chat;
const anyChat = chatOf(tools);

/** What each decision comes to in each state: where the call goes, or the answer that refuses it. */
async function outcomes(state: CallState, facts: Partial<CallFacts> = {}): Promise<string> {
  const all = Object.entries(decisions).map(async ([name, decision]) => {
    const conversation = holding(standings[state], { attempt, ...facts });
    const answer = await anyChat.decide(conversation, 'c', decision);
    if (answer.type !== 'applied') return undefined;
    expect(answer.call).toBe(conversation.findCall('c'));
    expect(answer.call).toMatchObject({ revision: 8, decisions: [{ decision, at: 1_000 }] });
    return `${name}: ${answer.call.state}`;
  });
  return (await Promise.all(all)).filter((one) => one !== undefined).join(', ');
}

const ofApproval = 'approve: approved, edit: awaiting-approval, reject: rejected, answer: completed, snooze: snoozed';

describe('every decision in every state', () => {
  test.each<[CallState, string]>([
    ['proposed', ''],
    ['awaiting-approval', ofApproval.replace('edit: awaiting-approval', 'edit: approved')],
    ['deferred', ofApproval.replace('edit: awaiting-approval', 'edit: approved')],
    ['snoozed', ofApproval.replace('edit: awaiting-approval', 'edit: approved')],
    ['approved', ''],
    ['running', ''],
    ['awaiting-result', 'reject: rejected, answer: completed'],
    ['awaiting-input', 'reject: rejected, answer: approved'],
    ['in-doubt', 'happened: completed, did-not-happen: rejected, run-again: approved, abandon: failed'],
    ['completed', ''],
    ['failed', ''],
    ['denied', ''],
    ['rejected', ''],
    ['cancelled', ''],
  ])('%s takes these, and no others (D1, L1)', async (state, expected) => {
    expect(await outcomes(state)).toBe(expected);
  });

  test('what is not asked about a call is stale, and changes nothing (D1)', async () => {
    for (const [state, standing] of Object.entries(standings)) {
      for (const decision of Object.values(decisions)) {
        const conversation = holding(standing, { attempt });
        const before = JSON.stringify(conversation);
        const { type } = await anyChat.decide(conversation, 'c', decision);
        if (type === 'applied') continue;
        expect(`${state} ${type}`).toBe(`${state} stale`);
        expect(JSON.stringify(conversation)).toBe(before);
        expect(conversation.journal.isEmpty).toBe(true);
      }
    }
  });

  test('a call that the provider runs itself takes none (W3)', async () => {
    for (const state of Object.keys(standings)) {
      expect(await outcomes(state as CallState, { providerExecuted: true })).toBe('');
    }
  });

  test('before the deadline of an attempt in doubt only "it happened" is believed (E2)', async () => {
    const late = { attempt: { number: 1, startedAt: 0, deadline: 1_001 } };
    expect(await outcomes('in-doubt', late)).toBe('happened: completed');
    const conversation = holding(standings['in-doubt'], late);
    expect(await anyChat.decide(conversation, 'c', { type: 'abandon' })).toMatchObject({
      type: 'too-early',
      until: 1_001,
    });
  });
});

describe('what a person was shown', () => {
  test('the first of two tabs decides, the other is told who did, when and what (D1)', async () => {
    const { decide, shown } = await waiting();
    expect(await decide(approve, 'ann', shown)).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    const earlier = { by: 'ann', at: 1_000_000, decision: approve };
    expect(await decide(reject, 'bob', shown)).toMatchObject({ type: 'already', earlier });
    expect(await decide({ type: 'snooze', until: '2030-01-01' }, 'bob')).toMatchObject({ type: 'already', earlier });
    expect(await decide(approve, 'ann', shown)).toMatchObject({ type: 'already', earlier });
  });

  test('a snooze settles nothing: a policy that denies later leaves nobody to be named (D1)', async () => {
    const { decide, shown, conversation, chat } = await waiting({ ask: { expiresIn: 5_000 } });
    await decide({ type: 'snooze', until: new Date(1_001_000).toISOString() }, 'ann', shown);
    conversation.time += 5_000;
    expect(await decide(approve, 'bob', shown)).toMatchObject({ type: 'expired', call: { state: 'denied' } });
    expect(await decide(approve, 'bob', shown)).toMatchObject({ type: 'expired' });
    expect(chat.waiting(conversation).approvals).toEqual([]);
  });

  test('a snooze does not move it (D1)', async () => {
    const { decide, shown, now } = await waiting();
    const until = new Date(1_005_000).toISOString();
    expect(await decide({ type: 'snooze', until }, 'ann', shown)).toMatchObject({ call: { state: 'snoozed' } });
    expect(now().revision).toBeGreaterThan(shown.revision);
    expect(await decide(approve, 'bob', shown)).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('nor does an approval by one of two who are needed (D1, D4)', async () => {
    const pay = { policy: { ask: { approvers: ['ann'] } } } as const;
    const { decide, shown, chat, conversation, now } = await waitingFor(pay.policy, { ask: { approvers: ['bob'] } });
    expect(await decide(approve, 'ann', shown)).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval' } });
    expect(await decide(approve, 'bob', shown)).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    expect(chat.waiting(conversation).approvals).toEqual([]);
    expect(now().decisions?.map(({ by }) => by)).toEqual(['ann', 'bob']);
  });

  test('an edit moves it: the other tab is stale, and with it the one that edited (D1, D6)', async () => {
    const { decide, shown } = await waiting(({ amount }) => ({ ask: { approvers: amount > 100 ? ['bo'] : ['ann'] } }));
    const edited = await decide({ type: 'approve', input: { amount: 500 } }, 'ann', shown);
    expect(edited).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval', input: { amount: 500 } } });
    expect(await decide(approve, 'bo', shown)).toMatchObject({ type: 'stale', call: { input: { amount: 500 } } });
    expect(await decide(approve, 'bo', edited.call)).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('the next approvers are asked something new (D1, S2)', async () => {
    const { decide, shown, conversation } = await waiting({
      ask: { approvers: ['ann', 'bob'], expiresIn: 5_000, onExpire: { escalate: { approvers: ['bob'] } } },
    });
    conversation.time += 5_000;
    expect(await decide(approve, 'bob', shown)).toMatchObject({ type: 'stale', call: { state: 'awaiting-approval' } });
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'forbidden' });
    expect(await decide(approve, 'bob')).toMatchObject({ type: 'applied' });
  });

  test('a click about the first attempt is not one about the second (D1)', async () => {
    const first = holding(standings['in-doubt'], { attempt });
    const second = holding(standings['in-doubt'], { attempt: { ...attempt, number: 2 } });
    const old = first.findCall('c')!;
    expect(await anyChat.decide(second, old, { type: 'did-not-happen' })).toMatchObject({ type: 'stale' });
    expect(await anyChat.decide(first, old, { type: 'did-not-happen' })).toMatchObject({ type: 'applied' });
  });

  test('a click about the approval is not one about the doubt, nor about a question (D1)', async () => {
    const old = holding(standings['awaiting-approval']).findCall('c')!;
    const question = holding(standings['awaiting-input']);
    expect(await anyChat.decide(question, old, { type: 'answer', output: 1 })).toMatchObject({ type: 'stale' });
    const other = holding({ state: 'awaiting-input', question: 'Which other one?' });
    expect(await anyChat.decide(other, question.findCall('c')!, { type: 'answer', output: 1 })).toMatchObject({
      type: 'stale',
    });
  });

  test('nor about a result from elsewhere: what was approved and handed out is not rejected by an old tab (D1)', async () => {
    const place = tool({ description: 'Where the user is', input: z.object({}), policy: 'ask' });
    const model = scripted([{ calls: [{ name: 'place', input: {} }] }, 'There.']);
    const chat = createChat({ model, tools: { place } });
    const conversation = talk('Where?');
    await chat.complete(conversation);
    const shown = chat.waiting(conversation).approvals[0]!;
    await chat.decide(conversation, shown, approve, { by: 'ann' });
    expect(await chat.complete(conversation)).toMatchObject({ external: [shown.id] });
    for (const decision of [reject, { type: 'answer', output: 'Rome' }] as const) {
      expect(await chat.decide(conversation, shown, decision, { by: 'bob' })).toMatchObject({ type: 'stale' });
    }
    const external = chat.waiting(conversation).external[0]!;
    expect(await chat.decide(conversation, external, { type: 'answer', output: 'Rome' })).toMatchObject({
      type: 'applied',
    });
  });

  test('what is asked may hold half a character, and can be decided all the same (D1)', async () => {
    const { decide, shown } = await waiting({ ask: { reason: 'to 😀'.slice(0, 4), approvers: ['ann'] } });
    expect(await decide(approve, 'ann', shown)).toMatchObject({ type: 'applied' });
  });
});

/** As `waiting`, with a policy of the chat's beside the tool's. */
async function waitingFor(policy: Policy<Pay>, ofChat: Exclude<Policy, () => unknown>) {
  const pay = tool({ description: 'Pays', input, policy, run: () => 'paid' });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay }, policy: () => ofChat as 'ask' });
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const shown = chat.waiting(conversation).approvals[0]!;
  const decide = (decision: Decision<Pay>, by: string, given: ToolCall | string = shown.id) =>
    chat.decide(conversation, given as string, decision, { by });
  return { chat, conversation, shown, decide, now: (): ToolCall => conversation.findCall(shown.id)! };
}
