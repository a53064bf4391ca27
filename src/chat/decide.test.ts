import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { CallFacts, CallStanding, CallState, ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { drain, sleep, talk } from './hostile/kit.ts';
import type { Policy, Verdict } from './policy.ts';
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
  const chat: Chat = untyped(createChat({ model, tools: { pay }, onError: () => {} }));
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const call = (): ToolCall => conversation.findCall(chat.waiting(conversation).approvals[0]!.id)!;
  const id = call().id;
  const shown = call();
  const decide = (decision: unknown, by?: string, given: ToolCall | string = id): Promise<DecisionAnswer> =>
    chat.decide(conversation, given, decision as Decision, by === undefined ? {} : { by });
  return { chat, conversation, paid, shown, id, decide, now: (): ToolCall => conversation.findCall(id)! };
}

/** Decisions may come from anywhere: whatever shape they have. */
function untyped(chat: unknown): Chat {
  return chat as Chat;
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
const chatOf = (set: ToolSet): Chat => untyped(createChat({ model: scripted([]), tools: set }));
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

  test('a call that its provider runs is approved or not, as it stands, and what became of it may be said (W3)', async () => {
    const takes: Partial<Record<CallState, string>> = {
      'awaiting-approval': 'approve: approved, reject: rejected, snooze: snoozed',
      deferred: 'approve: approved, reject: rejected, snooze: snoozed',
      snoozed: 'approve: approved, reject: rejected, snooze: snoozed',
      'in-doubt': 'happened: completed, did-not-happen: rejected, run-again: approved, abandon: failed',
    };
    // It waits neither for a result from elsewhere nor for an answer to a question.
    const states = Object.keys(standings).filter((state) => state !== 'awaiting-result' && state !== 'awaiting-input');
    for (const state of states) {
      const taken = await outcomes(state as CallState, { providerExecuted: true, needsApproval: true });
      expect([state, taken]).toEqual([state, takes[state as CallState] ?? '']);
    }
  });

  test('other arguments for it, or an answer in its place, are not valid decisions (W3)', async () => {
    const conversation = holding(standings['awaiting-approval'], { providerExecuted: true, needsApproval: true });
    const before = JSON.stringify(conversation);
    const member = async (decision: Decision): Promise<unknown> => {
      const answer = await anyChat.decide(conversation, 'c', decision);
      return answer.type === 'invalid' && answer.issues.map(({ path }) => path?.join('.'));
    };
    expect(await member(decisions.edit)).toEqual(['input']);
    expect(await member(decisions.answer)).toEqual(['type']);
    expect(JSON.stringify(conversation)).toBe(before);
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
    expect(await decide(approve, 'ann', shown)).toMatchObject({
      type: 'applied',
      call: { state: 'awaiting-approval' },
    });
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
async function waitingFor(policy: Policy<Pay>, ofChat: Verdict) {
  const pay = tool({ description: 'Pays', input, policy, run: () => 'paid' });
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
  const chat: Chat = untyped(createChat({ model, tools: { pay }, policy: () => ofChat }));
  const conversation = talk('Pay');
  await chat.complete(conversation);
  const shown = chat.waiting(conversation).approvals[0]!;
  const decide = (decision: Decision, by: string, given: ToolCall | string = shown.id) =>
    chat.decide(conversation, given, decision, { by });
  return { chat, conversation, shown, decide, now: (): ToolCall => conversation.findCall(shown.id)! };
}

describe('an approval of another input', () => {
  const limits: Policy<Pay> = ({ amount }) => {
    if (amount > 1_000) return { deny: 'more than there is' };
    if (amount === 7) return { defer: new Date(1_500_000) };
    return { ask: { approvers: amount > 100 ? ['director'] : ['kim', 'director'] } };
  };

  test('does not outrun its approver: it stays, with the new input and what that one requires (D6)', async () => {
    const { decide, shown, now, chat, conversation, paid } = await waiting(limits);
    const outrun = await decide({ type: 'approve', input: { amount: 500 } }, 'kim', shown);
    expect(outrun).toMatchObject({
      type: 'applied',
      call: { state: 'awaiting-approval', input: { amount: 500 }, requirements: [{ approvers: ['director'] }] },
    });
    expect(now().revision).toBe(shown.revision + 1);
    expect(await decide(approve, 'kim')).toMatchObject({
      type: 'forbidden',
      reason: 'only director may decide about it',
    });
    expect(await decide({ type: 'approve', input: { amount: 50 } }, 'kim')).toMatchObject({ type: 'forbidden' });
    expect(await decide(approve, 'director')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(paid).toEqual([500]);
  });

  test('counts at once where it needs nobody else (D6)', async () => {
    const { decide, shown, chat, conversation, paid } = await waiting(limits);
    const edited = await decide({ type: 'approve', input: { amount: 99 } }, 'kim', shown);
    expect(edited).toMatchObject({ type: 'applied', call: { state: 'approved', by: 'person', input: { amount: 99 } } });
    await chat.complete(conversation);
    expect(paid).toEqual([99]);
  });

  test('that a policy denies is forbidden, with the reason of the policy (D6)', async () => {
    const { decide, shown, now } = await waiting(limits);
    expect(await decide({ type: 'approve', input: { amount: 5_000 } }, 'director', shown)).toMatchObject({
      type: 'forbidden',
      reason: 'more than there is',
    });
    expect(now()).toEqual(shown);
  });

  test('that does not fit is invalid, and says where (D6)', async () => {
    const { decide, shown, now } = await waiting(limits);
    for (const amount of [-1, 'sixty', undefined]) {
      expect(await decide({ type: 'approve', input: { amount } }, 'kim', shown)).toMatchObject({
        type: 'invalid',
        issues: [{ path: ['amount'] }],
      });
    }
    expect(now()).toEqual(shown);
  });

  test('that a policy defers is approved, and does not run before that time (D6)', async () => {
    const { decide, shown, chat, conversation, paid } = await waiting(limits);
    expect(await decide({ type: 'approve', input: { amount: 7 } }, 'kim', shown)).toMatchObject({
      type: 'applied',
      call: { state: 'approved', notBefore: 1_500_000 },
    });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 1_500_000 }] });
    conversation.time = 1_500_000;
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(paid).toEqual([7]);
  });

  test('is put to the policies with the new input; one that changes nothing is not put to them (D6)', async () => {
    const asked: unknown[] = [];
    const policy: Policy<Pay> = ({ amount }, { due, call }) => {
      asked.push([amount, due, call.input]);
      return 'ask';
    };
    const { decide, shown } = await waiting(policy);
    await decide({ type: 'snooze', until: new Date(2_000_000).toISOString() }, 'kim', shown);
    expect(await decide({ type: 'approve', input: { amount: 61 } }, 'kim', shown)).toMatchObject({ type: 'applied' });
    expect(asked).toEqual([
      [60, false, { amount: 60 }],
      [61, false, { amount: 61 }],
    ]);
    const plain = await waiting(policy);
    await plain.decide(approve, 'kim');
    expect(asked).toHaveLength(3);
  });

  test('forgets who had approved the input before (D4, D6)', async () => {
    const { decide, shown, now } = await waitingFor({ ask: { approvers: ['ann'] } }, { ask: { approvers: ['bob'] } });
    await decide(approve, 'ann', shown);
    const edited = await decide({ type: 'approve', input: { amount: 61 } }, 'bob', shown);
    expect(edited).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval', input: { amount: 61 } } });
    expect(now().requirements).toMatchObject([{ approvers: ['ann'] }, { approvers: ['bob'], met: { by: 'bob' } }]);
    expect(now().requirements?.[0]).not.toHaveProperty('met');
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('is decided where its tool is: elsewhere nobody can validate it, nor ask its policy (D6, C1)', async () => {
    const { shown, conversation, now } = await waiting(limits);
    const elsewhere = chatOf({ other: anyTool });
    const edit = { type: 'approve', input: { amount: 'all of it' } } as const;
    expect(await elsewhere.decide(conversation, shown, edit, { by: 'kim' })).toEqual({
      type: 'invalid',
      call: shown,
      issues: [{ message: 'cannot be checked without the tool', path: ['input'] }],
    });
    expect(now()).toEqual(shown);
    expect(await elsewhere.decide(conversation, shown, approve, { by: 'kim' })).toMatchObject({ type: 'applied' });
  });

  test('is an approval of the tool as it is now, of how it bears being repeated too (D6, C1)', async () => {
    const { shown, conversation } = await waiting(limits);
    const changed = tool({ description: 'Pays', input, policy: 'ask', effect: 'once', run: () => 'paid' });
    const chat = chatOf({ pay: changed });
    expect(
      await chat.decide(conversation, shown, { type: 'approve', input: { amount: 1 } }, { by: 'kim' }),
    ).toMatchObject({
      type: 'applied',
      call: { state: 'approved', effect: 'once' },
    });
  });
});

describe('who may decide', () => {
  test('an answer in place of the tool stands for every approval, so only who may give them all may answer (D4, D7)', async () => {
    const { decide, shown, conversation, chat } = await waitingFor(
      { ask: { approvers: ['ann', 'kim'] } },
      { ask: { approvers: ['bob', 'kim'], notBy: 'requester' } },
    );
    const answer = { type: 'answer', output: 'by hand' } as const;
    expect(await decide(answer, 'ann', shown)).toMatchObject({
      type: 'forbidden',
      reason: 'others have to agree to an answer',
    });
    expect(await decide(answer, 'eve', shown)).toMatchObject({ type: 'forbidden' });
    expect(await decide(answer, 'kim', shown)).toMatchObject({
      type: 'applied',
      call: { state: 'completed', output: 'by hand', by: 'person' },
    });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  });

  test('an answer is checked like an output, and shown to the model like one; the tool does not run (D7)', async () => {
    let ran = 0;
    const output = z.object({ receipt: z.number() });
    const present = ({ receipt }: { receipt: number }) => `Receipt ${receipt}.`;
    const pay = tool({ description: 'Pays', input, output, present, run: () => ({ receipt: (ran += 1) }) });
    const chat = createChat({
      model: scripted([{ calls: [{ name: 'pay', input: { amount: 1 } }] }, 'Paid.']),
      tools: { pay },
    });
    const conversation = talk('Pay');
    await chat.complete(conversation);
    const call = chat.waiting(conversation).approvals[0]!;
    const wrong = { type: 'answer', output: { receipt: 'x' } } as unknown as Decision<never, { receipt: number }>;
    expect(await chat.decide(conversation, call, wrong)).toMatchObject({
      type: 'invalid',
      issues: [{ path: ['receipt'] }],
    });
    const more = { receipt: 9, note: 'dropped' };
    expect(await chat.decide(conversation, call, { type: 'answer', output: more })).toMatchObject({
      type: 'applied',
      call: { output: { receipt: 9 }, content: [{ type: 'text', text: 'Receipt 9.' }] },
    });
    // What is kept of the decision is what counts, too.
    const [record] = conversation.findCall(call.id)!.decisions!;
    expect(record?.decision).toEqual({ type: 'answer', output: { receipt: 9 } });
    expect(ran).toBe(0);
  });

  test('whoever asked for it may reject and snooze it, not approve it; nor may somebody unknown (D7)', async () => {
    const requirement = { ask: { notBy: 'requester' } } as const;
    const { chat, conversation, decide, shown } = await waiting(requirement);
    // Nobody knows who asked, so anybody who is known may approve.
    expect(await decide(approve, undefined, shown)).toMatchObject({ type: 'forbidden' });
    const own = Conversation.parse(JSON.stringify(conversation).replace('"at":', '"author":"uma","at":'), {
      now: conversation.now,
    });
    const by = { by: 'uma' };
    expect(await chat.decide(own, shown, approve, by)).toMatchObject({
      type: 'forbidden',
      reason: 'whoever asked for it may not approve it',
    });
    expect(await chat.decide(own, shown, { type: 'answer', output: 1 }, by)).toMatchObject({
      type: 'forbidden',
    });
    const later = { type: 'snooze', until: new Date(2_000_000).toISOString() } as const;
    expect(await chat.decide(own, shown, later, by)).toMatchObject({ type: 'applied' });
    expect(await chat.decide(own, shown, reject, by)).toMatchObject({ type: 'applied', call: { state: 'rejected' } });
  });

  test('of a call in doubt those who might have approved it may say what became of it (D7, E2)', async () => {
    const requirements = [{ approvers: ['ann'], met: { by: 'ann', at: 1 } }, { reason: 'any' }];
    const conversation = holding(standings['in-doubt'], { attempt, requirements });
    const happened = { type: 'happened', output: 1 } as const;
    expect(await anyChat.decide(conversation, 'c', happened, { by: 'eve' })).toMatchObject({
      type: 'forbidden',
      reason: 'only ann may say what became of it',
    });
    expect(await anyChat.decide(conversation, 'c', happened)).toMatchObject({ type: 'forbidden' });
    expect(await anyChat.decide(conversation, 'c', happened, { by: 'ann' })).toMatchObject({ type: 'applied' });
  });

  test('is who might before, also when the tool is missing or was changed since (D7, C1)', async () => {
    const { decide, conversation, shown, now } = await waiting({ ask: { approvers: ['ann'] } });
    await decide(approve, 'ann', shown);
    const elsewhere = chatOf({ other: anyTool });
    await elsewhere.complete(conversation);
    expect(now()).toMatchObject({ state: 'awaiting-approval', because: 'tool-missing' });
    for (const decision of [reject, approve, { type: 'answer', output: 'done' }] as const) {
      expect(await elsewhere.decide(conversation, shown.id, decision, { by: 'eve' })).toMatchObject({
        type: 'forbidden',
        reason: 'only ann may decide about it',
      });
    }
    const changed = chatOf({ pay: tool({ description: 'Pays', input, effect: 'once', run: () => 'paid' }) });
    await changed.complete(conversation);
    expect(now()).toMatchObject({ state: 'awaiting-approval', because: 'tool-changed' });
    expect(await changed.decide(conversation, shown.id, approve, { by: 'eve' })).toMatchObject({ type: 'forbidden' });
    expect(await changed.decide(conversation, shown.id, approve, { by: 'ann' })).toMatchObject({ type: 'applied' });
  });
});

describe('time', () => {
  const at = (time: number): string => new Date(time).toISOString();

  test('a snooze ends with the time there is to decide, at the latest (S2)', async () => {
    const { decide, shown, conversation, chat } = await waiting({ ask: { expiresIn: 5_000, onExpire: 'keep' } });
    expect(await decide({ type: 'snooze', until: at(9_000_000) }, 'ann', shown)).toMatchObject({
      call: { state: 'snoozed', until: 1_005_000 },
    });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 1_005_000 }] });
    conversation.time = 1_005_000;
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', approvals: [shown.id], scheduled: [] });
  });

  test('a snooze that is over asks again, and one may be put off again (S2)', async () => {
    const { decide, conversation, chat, now } = await waiting();
    await decide({ type: 'snooze', until: at(1_001_000) }, 'ann');
    expect(await decide({ type: 'snooze', until: at(1_002_000) }, 'ann')).toMatchObject({ call: { until: 1_002_000 } });
    expect(await drain(chat.stream(conversation))).toEqual(['pay snoozed', 'pay snoozed', 'paused']);
    conversation.time = 1_002_000;
    expect(await drain(chat.stream(conversation))).toEqual(['pay awaiting-approval', 'paused']);
    expect(now().decisions).toHaveLength(2);
  });

  test('an approval for later waits for its time, and is told when (S2)', async () => {
    const { decide, conversation, chat, paid } = await waiting();
    await decide({ type: 'approve', notBefore: at(1_001_000) }, 'ann');
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 1_001_000 }] });
    expect(paid).toEqual([]);
    conversation.time = 1_001_000;
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(paid).toEqual([60]);
  });

  test('of two approvals the later time counts, and none brings forward what a policy said (D4)', async () => {
    const { decide, shown, now } = await waitingFor({ ask: { approvers: ['ann'] } }, { ask: { approvers: ['bob'] } });
    await decide({ type: 'approve', notBefore: at(3_000_000) }, 'ann', shown);
    await decide({ type: 'approve', notBefore: at(2_000_000) }, 'bob', shown);
    expect(now()).toMatchObject({ state: 'approved', notBefore: 3_000_000 });
  });

  test('what a policy has put off is not brought forward by an approval, nor by a snooze before it (D4, S2)', async () => {
    for (const snoozed of [false, true]) {
      const { call, chat, conversation, paid } = await deferred(at(1_060_000));
      if (snoozed) {
        await chat.decide(conversation, call.id, { type: 'snooze', until: at(1_001_000) });
        conversation.time = 1_001_000;
        await chat.complete(conversation);
      }
      expect(await chat.decide(conversation, call.id, approve)).toMatchObject({
        type: 'applied',
        call: { state: 'approved', notBefore: 1_060_000 },
      });
      expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 1_060_000 }] });
      conversation.time = 1_060_000;
      expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
      expect(paid).toEqual([60]);
    }
  });

  test('what a policy has put off may be rejected, or answered, before its time (S2, L1)', async () => {
    for (const decision of [reject, { type: 'answer', output: undefined as never }] as const) {
      const { call, chat, conversation, paid } = await deferred(at(1_060_000));
      const taken = decision.type === 'reject' ? decision : ({ type: 'answer', output: 'by hand' as never } as const);
      expect(await chat.decide(conversation, call.id, taken)).toMatchObject({ type: 'applied' });
      expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
      expect(paid).toEqual([]);
    }
  });

  test('the clock comes first: a click that is late is told so, whatever it says (S2)', async () => {
    const clicks = [approve, reject, { type: 'answer', output: 1 }, { type: 'snooze', until: at(9e6) }] as const;
    for (const decision of clicks) {
      const { decide, shown, conversation, now } = await waiting({ ask: { expiresIn: 5_000, approvers: ['ann'] } });
      conversation.time = 1_005_000;
      expect(await decide(decision, 'ann', shown)).toMatchObject({ type: 'expired', call: { state: 'denied' } });
      expect(now()).toMatchObject({ by: 'expired' });
      expect(now()).not.toHaveProperty('decisions');
    }
  });

  async function deferred(until: string) {
    const paid: number[] = [];
    const policy: Policy<Pay> = (_, { due }) => (due ? 'allow' : { defer: until });
    const pay = tool({ description: 'Pays', input, policy, run: ({ amount }) => void paid.push(amount) });
    const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
    const chat = createChat({ model, tools: { pay } });
    const conversation = talk('Pay');
    await chat.complete(conversation);
    const { call } = chat.waiting(conversation).scheduled[0]!;
    return { call, chat, conversation, paid };
  }
});

describe('how a decision is kept', () => {
  test('it counts once its own commit came back, with what was said and not stored before it (D3)', async () => {
    const { chat, conversation, shown, now } = await waiting();
    conversation.say('Please.');
    const log: ChatEvent[] = [];
    const states: string[] = [];
    const commit = async (events: readonly ChatEvent[]): Promise<void> => {
      states.push(now().state);
      await sleep(1);
      log.push(...events);
    };
    await chat.decide(conversation, shown, approve, { by: 'ann', commit });
    expect(states).toEqual(['awaiting-approval']);
    expect(log.map((event) => (event.type === 'tool' ? event.call.state : event.type))).toEqual(
      expect.arrayContaining(['message', 'approved']),
    );
    expect(log.at(-1)).toMatchObject({ call: { state: 'approved', decisions: [{ by: 'ann' }] } });
    expect(await drain(chat.stream(conversation, { commit }))).toContain('pay approved');
    expect(log.filter((event) => event.type === 'tool' && event.call.state === 'approved')).toHaveLength(1);
  });

  test('a commit that throws leaves it undecided, and it may be sent again (D3, E3)', async () => {
    const { chat, conversation, shown, paid, now } = await waiting();
    const broken = { by: 'ann', commit: () => Promise.reject(new Error('disk full')) };
    await expect(chat.decide(conversation, shown, approve, broken)).rejects.toMatchObject({
      code: 'fenced',
      message: expect.stringContaining('disk full'),
    });
    expect(now()).toEqual(shown);
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
    expect(await chat.decide(conversation, shown, approve, { by: 'ann' })).toMatchObject({ type: 'applied' });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
    expect(paid).toEqual([60]);
  });

  test('what came first is weighed first: the decision of another machine is not run over (D1, D3)', async () => {
    const { chat, conversation, shown, now } = await waiting();
    const { id, name, revision } = shown;
    const decisions = [{ decision: reject, by: 'bob', at: 1 }];
    const first: ChatEvent = { type: 'tool', call: { id, name, revision: revision + 1, state: 'rejected', decisions } };
    let asked = 0;
    const commit = () => ((asked += 1) === 1 ? { refused: [first] } : undefined);
    expect(await chat.decide(conversation, shown, approve, { by: 'ann', commit })).toMatchObject({
      type: 'already',
      earlier: { by: 'bob' },
    });
    expect(now().state).toBe('rejected');
    expect(asked).toBe(1);
  });

  test('two clicks at once, through a slow commit: one is applied, and the tool runs once (D1, D3)', async () => {
    const { chat, conversation, shown, paid } = await waiting();
    const commit = (): Promise<void> => sleep(2);
    const answers = await Promise.all(
      ['ann', 'bob', 'ann'].map((by) => chat.decide(conversation, shown, approve, { by, commit })),
    );
    expect(answers.map(({ type }) => type)).toEqual(['applied', 'already', 'already']);
    await chat.complete(conversation, { commit });
    expect(paid).toEqual([60]);
  });

  test('two at once are taken in the order in which they came, also when the first takes longer to weigh (D3)', async () => {
    const { chat, conversation, shown, now } = await waiting();
    const edited = chat.decide(conversation, shown, { type: 'approve', input: { amount: 70 } }, { by: 'ann' });
    const rejected = chat.decide(conversation, shown.id, reject, { by: 'bob' });
    expect([await edited, await rejected]).toMatchObject([
      { type: 'applied', call: { state: 'approved' } },
      { type: 'already', earlier: { by: 'ann' } },
    ]);
    expect(now().input).toEqual({ amount: 70 });
  });

  test('one that comes while the question is still being stored waits until it stands (D3)', async () => {
    const pay = tool({ description: 'Pays', input, run: () => 'paid' });
    const chat = createChat({
      model: scripted([{ calls: [{ name: 'pay', input: { amount: 1 } }] }, 'Paid.']),
      tools: { pay },
    });
    const conversation = talk('Pay');
    const answers: Promise<unknown>[] = [];
    const commit = async (events: readonly ChatEvent[]): Promise<void> => {
      const event = events.find((one) => one.type === 'tool' && one.call.state === 'awaiting-approval');
      if (event?.type !== 'tool') return;
      answers.push(chat.decide(conversation, event.call.id, approve));
      await sleep(2);
    };
    await chat.complete(conversation, { commit });
    expect(await answers[0]).toMatchObject({ type: 'applied' });
  });

  test('while the run lives it takes the decision up, without a pause between (D3)', async () => {
    let finish = (): void => {};
    const wait = tool({ description: 'x', effect: 'read', run: () => new Promise<void>((done) => (finish = done)) });
    const pay = tool({ description: 'Pays', input, run: () => 'paid' });
    const calls = [
      { name: 'pay', input: { amount: 1 } },
      { name: 'wait', input: {} },
    ];
    const chat = createChat({ model: scripted([{ calls }, 'Paid.']), tools: { pay, wait } });
    const conversation = talk('Pay');
    const told: string[] = [];
    for await (const event of chat.stream(conversation)) {
      const line = event.type === 'tool' ? `${event.call.name} ${event.call.state}` : event.type;
      told.push(line);
      if (line === 'wait running') {
        await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, approve, { by: 'ann' });
      }
      if (line === 'pay completed') finish();
    }
    expect(told).not.toContain('paused');
    expect(told.slice(told.indexOf('wait running'))).toEqual([
      'wait running',
      'pay approved',
      'pay running',
      'pay completed',
      'wait completed',
      'message',
      'text',
      'step-end',
      'done',
    ]);
  });

  test('a decision that is being refused holds up no other (D3)', async () => {
    const { chat, conversation, shown } = await waiting();
    const failing = chat.decide(conversation, shown, approve, {
      commit: () => Promise.reject(new Error('disk full')),
    });
    const other = chat.decide(conversation, shown, reject, { by: 'bob' });
    await expect(failing).rejects.toThrow('disk full');
    expect(await other).toMatchObject({ type: 'applied', call: { state: 'rejected' } });
  });
});

test.each<[unknown, string]>([
  [null, ''],
  ['approve', ''],
  [[], ''],
  [{}, 'type'],
  [{ type: 'accept' }, 'type'],
  [{ type: 'toString' }, 'type'],
  [{ type: 'approve', notBefore: 'tomorrow' }, 'notBefore'],
  [{ type: 'approve', notBefore: 1_700_000_000 }, 'notBefore'],
  [{ type: 'approve', input: null }, ''],
  [{ type: 'reject', reason: 7 }, 'reason'],
  [{ type: 'answer' }, 'output'],
  [{ type: 'answer', output: 10n }, ''],
  [{ type: 'snooze' }, 'until'],
  [{ type: 'snooze', until: 'soon' }, 'until'],
  [{ type: 'happened' }, 'output'],
])('a decision of the wrong shape is invalid, and the member is named: %o (X2)', async (decision, member) => {
  const { decide, shown, now, conversation } = await waiting();
  const answer = await decide(decision, 'ann', shown);
  expect(answer).toMatchObject({ type: 'invalid', call: shown });
  if (answer.type === 'invalid' && member !== '') expect(answer.issues[0]?.path).toEqual([member]);
  expect(now()).toEqual(shown);
  expect(() => JSON.stringify(conversation)).not.toThrow();
});

test('members that do not belong to a decision are not kept (X2)', async () => {
  const { decide, now } = await waiting();
  await decide({ type: 'reject', reason: 'no', input: { amount: 9 }, by: 'cfo', seen: 'x' }, 'ann');
  expect(now().decisions).toEqual([{ decision: { type: 'reject', reason: 'no' }, by: 'ann', at: 1_000_000 }]);
});

test('D1: what an approval holds and nobody reads is not passed over: nothing is decided', async () => {
  const { decide, now } = await waiting();
  const misspelled = { type: 'approve', inputs: { amount: 9 } };
  expect(await decide(misspelled, 'ann')).toMatchObject({
    type: 'invalid',
    issues: [{ message: 'is not understood', path: ['inputs'] }],
  });
  expect(now()).toMatchObject({ state: 'awaiting-approval' });
  expect(now().decisions).toBeUndefined();
  expect(await decide({ type: 'approve', notBefore: undefined }, 'ann')).toMatchObject({ type: 'applied' });
});
