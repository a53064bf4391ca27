import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OnExpire } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { drain, talk } from './hostile/kit.ts';
import { merge } from './policy.ts';
import type { Ask, ChatPolicy, Policy, PolicyContext, Verdict } from './policy.ts';
import { scoped, tool } from './tool.ts';
import type { AnyTool, ToolOptions } from './tool.ts';
import type { Chat } from './types.ts';

type Pay = { readonly amount: number };
const input = z.object({ amount: z.number() });
const approve = { type: 'approve' } as const;
const now = 1_000_000;
const at = (time: number): string => new Date(time).toISOString();

/** What verdicts come to, when they are asked for the first time. */
function first(...verdicts: Verdict[]): ReturnType<typeof merge> {
  return merge(verdicts, { now, due: false });
}

/** The same, when the call is due. */
function again(...verdicts: Verdict[]): ReturnType<typeof merge> {
  return merge(verdicts, { now, due: true });
}

interface Shop {
  readonly policy?: Policy<Pay>;
  readonly effect?: 'read' | 'once';
  readonly chat?: ChatPolicy<unknown>;
  readonly scopes?: readonly Policy[];
  readonly author?: string;
}

/** A call of `pay`, put to these policies. */
async function put({ policy, effect, chat: chatPolicy, scopes = [], author }: Shop) {
  const paid: number[] = [];
  const options: ToolOptions<Pay, unknown, unknown> = {
    description: 'Pays',
    input,
    ...(policy !== undefined && { policy }),
    ...(effect && { effect }),
    run: ({ amount }) => void paid.push(amount),
  };
  const pay = scopes.reduce<AnyTool>((one, scope) => scoped({ pay: one }, scope).pay, tool(options));
  const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
  const chat = createChat({ model, tools: { pay }, ...(chatPolicy && { policy: chatPolicy }), onError: () => {} });
  const conversation = talk();
  conversation.say('Pay', author === undefined ? {} : { author });
  const told = await drain(chat.stream(conversation));
  const [id] = conversation.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool' ? [part.call.id] : [])),
  );
  const call = (): ToolCall => conversation.findCall(id!)!;
  const decide = (decision: Parameters<Chat['decide']>[2], by?: string) =>
    (chat as unknown as Chat).decide(conversation, id!, decision, by === undefined ? {} : { by });
  const run = (): Promise<string[]> => drain(chat.stream(conversation));
  return { chat, conversation, paid, told, call, decide, run };
}

describe('verdicts are merged', () => {
  test.each([undefined, null, 'maybe', {}, 5])('%j is no verdict: it asks, and says so', (nothing) => {
    const requirements = [{ reason: 'its policy gave no verdict' }];
    expect(first(nothing as never)).toEqual({ requirements });
    expect(first(nothing as never, 'allow')).toEqual({ requirements });
  });

  test('any denial denies, wherever it stands, and the first reason is told (D4)', () => {
    const others: Verdict[] = ['allow', 'ask', { ask: { approvers: ['ann'] } }, { defer: at(now + 9) }];
    expect(first(...others, 'deny')).toEqual({ denied: {}, requirements: [] });
    expect(first({ deny: 'no money' }, ...others)).toEqual({ denied: { reason: 'no money' }, requirements: [] });
    expect(first(...others, { deny: 'one' }, { deny: 'two' }).denied).toEqual({ reason: 'one' });
    expect(again({ deny: 'no money' }, 'allow').denied).toEqual({ reason: 'no money' });
  });

  test('allow adds nothing (D4)', () => {
    expect(first()).toEqual({ requirements: [] });
    expect(first('allow', 'allow')).toEqual({ requirements: [] });
    expect(first('allow', 'ask', 'allow')).toEqual({ requirements: [{}] });
  });

  test('each ask keeps what it asks for, its own time to decide too (D4)', () => {
    const money: Ask = { reason: 'over 50', risk: 'money', approvers: ['finance'], expiresIn: 5_000 };
    const safety: Ask = { approvers: ['security'], notBy: 'requester', decisions: ['approve', 'reject'] };
    expect(first({ ask: money }, { ask: safety })).toEqual({
      requirements: [{ reason: 'over 50', risk: 'money', approvers: ['finance'], expiresAt: now + 5_000 }, safety],
    });
  });

  test('of several times the latest counts, beside what is asked (D4)', () => {
    const verdicts: Verdict[] = [{ defer: at(now + 5) }, 'ask', { defer: new Date(now + 9) }, { defer: at(now + 7) }];
    expect(first(...verdicts)).toEqual({ requirements: [{}], until: now + 9 });
  });

  test('in any order they come to the same (D4)', () => {
    const verdict = fc.constantFrom<Verdict>(
      'allow',
      'ask',
      'deny',
      { ask: { approvers: ['ann'] } },
      { defer: at(now + 1_000) },
      { defer: at(now + 2_000) },
      { defer: at(0) },
    );
    const sorted = (verdicts: readonly Verdict[], due: boolean): unknown => {
      const { denied, requirements, until } = merge(verdicts, { now, due });
      return { denied: denied !== undefined, all: requirements.map((one) => JSON.stringify(one)).toSorted(), until };
    };
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 5 }), fc.boolean(), (verdicts, due) => {
        expect(sorted(verdicts, due)).toEqual(sorted(verdicts.toReversed(), due));
      }),
    );
  });
});

describe('who has to agree', () => {
  const finance: Policy<Pay> = { ask: { approvers: ['fay', 'kim'] } };
  const security: Verdict = { ask: { approvers: ['sue', 'kim'] } };
  const shop: Shop = { policy: finance, chat: () => security };

  test.each([
    ['fay', 'sue'],
    ['sue', 'fay'],
    ['fay', 'kim'],
    ['sue', 'kim'],
  ])('%s and then %s: both groups, in any order (D4)', async (one, other) => {
    const { decide, run, paid, call } = await put(shop);
    expect(await decide(approve, one)).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval' } });
    expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
    expect(paid).toEqual([]);
    expect(await decide(approve, other)).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    await run();
    expect(paid).toEqual([60]);
    expect(call().decisions?.map(({ by }) => by)).toEqual([one, other]);
  });

  test('one person in both groups meets both (D4)', async () => {
    const { decide, call } = await put(shop);
    expect(await decide(approve, 'kim')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
    expect(call().requirements).toMatchObject([{ met: { by: 'kim', at: now } }, { met: { by: 'kim' } }]);
  });

  test('one person approves once: the second click meets nobody else’s part (D1, D4)', async () => {
    const { decide, paid } = await put(shop);
    await decide(approve, 'fay');
    expect(await decide(approve, 'fay')).toMatchObject({ type: 'already', earlier: { by: 'fay' } });
    expect(await decide(approve, 'eve')).toMatchObject({ type: 'forbidden' });
    expect(paid).toEqual([]);
  });

  test('one rejection is enough, also after an approval (D4)', async () => {
    const { decide, run, paid } = await put(shop);
    await decide(approve, 'fay');
    expect(await decide({ type: 'reject' }, 'eve')).toMatchObject({ type: 'forbidden' });
    expect(await decide({ type: 'reject' }, 'sue')).toMatchObject({ type: 'applied', call: { state: 'rejected' } });
    await run();
    expect(paid).toEqual([]);
  });

  test('whoever asked for it may not approve it, others may; who asked is the author of the last word (D7)', async () => {
    const { decide, run, paid } = await put({ policy: { ask: { notBy: 'requester' } }, author: 'uma' });
    expect(await decide(approve, 'uma')).toMatchObject({
      type: 'forbidden',
      reason: 'whoever asked for it may not approve it',
    });
    expect(await decide(approve)).toMatchObject({ type: 'forbidden' });
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'applied' });
    await run();
    expect(paid).toEqual([60]);
  });

  test('a requester among the approvers may approve the part that does not bar them (D4, D7)', async () => {
    const { decide } = await put({
      policy: { ask: { approvers: ['uma'] } },
      chat: () => ({ ask: { notBy: 'requester' } }),
      author: 'uma',
    });
    expect(await decide(approve, 'uma')).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval' } });
    expect(await decide(approve, 'uma')).toMatchObject({ type: 'already' });
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('only what every open requirement offers may be decided (D4)', async () => {
    const { decide } = await put({
      policy: { ask: { approvers: ['fay'], decisions: ['approve', 'reject'] } },
      chat: () => ({ ask: { approvers: ['sue'], decisions: ['approve', 'answer'] } }),
    });
    const by = ['fay', 'sue'];
    for (const who of by) {
      expect(await decide({ type: 'reject' }, who)).toMatchObject({ reason: 'reject is not offered' });
      expect(await decide({ type: 'answer', output: 1 }, who)).toMatchObject({ reason: 'answer is not offered' });
      expect(await decide({ type: 'snooze', until: '2030-01-01' }, who)).toMatchObject({ type: 'forbidden' });
    }
    for (const who of by) expect(await decide(approve, who)).toMatchObject({ type: 'applied' });
  });

  test('approvers are people, not letters: a single name is one (D7)', async () => {
    const { decide } = await put({ policy: { ask: { approvers: 'annabel' } } as unknown as Verdict });
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'forbidden' });
    expect(await decide(approve, 'annabel')).toMatchObject({ type: 'applied' });
  });
});

describe('what speaks', () => {
  test.each<[string, Shop, string]>([
    ['a tool that reads', { effect: 'read' }, 'completed'],
    ['any other', {}, 'awaiting-approval'],
    ['one that its own policy allows', { policy: 'allow' }, 'completed'],
    ['one that its scope allows', { scopes: ['allow'] }, 'completed'],
    ['one that its scope allows and its policy asks about', { policy: 'ask', scopes: ['allow'] }, 'awaiting-approval'],
    ['one that its policy allows and its scope denies', { policy: 'allow', scopes: ['deny'] }, 'denied'],
    ['one in two scopes', { scopes: ['allow', 'ask'] }, 'awaiting-approval'],
    ['a read in a scope that asks', { effect: 'read', scopes: ['ask'] }, 'awaiting-approval'],
    ['any other, which the chat allows', { chat: () => 'allow' }, 'awaiting-approval'],
    ['a read that the chat asks about', { effect: 'read', chat: () => 'ask' }, 'awaiting-approval'],
    ['what its policy allows and the chat denies', { policy: 'allow', chat: () => 'deny' }, 'denied'],
    ['what its policy denies and the chat allows', { policy: 'deny', chat: () => 'allow' }, 'denied'],
  ])('%s: the default speaks alone, and a policy beside others only adds (D4)', async (_, shop, state) => {
    const { call, paid } = await put(shop);
    expect(call().state).toBe(state);
    expect(paid).toEqual(state === 'completed' ? [60] : []);
  });

  test('a scope leaves the tools that it was given as they were (D4)', () => {
    const pay = tool({ description: 'Pays', input, run: () => 1 });
    const once = scoped({ pay }, 'ask');
    const twice = scoped(once, 'deny');
    expect([pay.scopes, once.pay.scopes, twice.pay.scopes]).toEqual([undefined, ['ask'], ['ask', 'deny']]);
  });

  test('a policy is told of call, context, signal and whether the call is due, and can change none of it (D2, D4)', async () => {
    const told: unknown[] = [];
    const meddle = (given: Pay, { call, context, due, signal }: PolicyContext): Verdict => {
      told.push([
        call.name,
        call.state,
        call.arguments,
        structuredClone(call.input),
        context,
        due,
        signal instanceof AbortSignal,
      ]);
      (given as { amount: number }).amount = 1;
      return 'allow';
    };
    const ofChat: ChatPolicy<unknown> = (call, context, about) => {
      told.push([structuredClone(call.input), context, Object.keys(about)]);
      (call.input as { amount: number }).amount = 2;
      return 'allow';
    };
    const paid: number[] = [];
    const pay = tool<Pay, unknown, unknown>({
      description: 'Pays',
      input,
      policy: meddle,
      run: ({ amount }) => void paid.push(amount),
    });
    const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }, 'Paid.']);
    await createChat({ model, tools: { pay }, policy: ofChat }).complete(talk('Pay'), { context: { user: 'ann' } });
    expect(told).toEqual([
      ['pay', 'proposed', '{"amount":60}', { amount: 60 }, { user: 'ann' }, false, true],
      [{ amount: 60 }, { user: 'ann' }, ['due', 'signal']],
    ]);
    expect(paid).toEqual([60]);
  });

  test('the signal of a policy is aborted with the run, and its verdict is not waited for (L7)', async () => {
    const stop = new AbortController();
    let seen: AbortSignal | undefined;
    const policy = (_: Pay, { signal }: PolicyContext): Promise<Verdict> => {
      seen = signal;
      setTimeout(() => stop.abort(), 1);
      return new Promise(() => {});
    };
    const pay = tool<Pay, unknown, unknown>({ description: 'Pays', input, policy, run: () => 1 });
    const model = scripted([{ calls: [{ name: 'pay', input: { amount: 60 } }] }]);
    const run = createChat({ model, tools: { pay } }).stream(talk('Pay'), { signal: stop.signal });
    expect((await drain(run)).slice(-3, -1)).toEqual(['pay cancelled', 'error aborted']);
    expect(seen?.aborted).toBe(true);
  });

  test('a policy that throws asks anybody, with an id in place of its words, and the other policies count on (D4, X3)', async () => {
    const { call } = await put({
      policy: () => {
        throw new Error('password=1');
      },
      chat: () => ({ ask: { approvers: ['ann'] } }),
    });
    expect(call().requirements).toMatchObject([
      { reason: expect.stringMatching(/^its policy failed \(id-\d+\)$/) },
      { approvers: ['ann'] },
    ]);
    const denied = await put({ policy: () => Promise.reject(new Error('down')), chat: () => ({ deny: 'closed' }) });
    expect(denied.call()).toMatchObject({ state: 'denied', reason: 'closed' });
  });
});

describe('put off', () => {
  test('asked at night and approved at night, it runs in the morning (D4)', async () => {
    const morning = now + 8 * 3_600_000;
    const { decide, conversation, run, paid } = await put({
      policy: { ask: { reason: 'a payment' } },
      chat: (_, __, { due }) => (due ? 'allow' : { defer: new Date(morning) }),
    });
    expect(await decide(approve, 'ann')).toMatchObject({ call: { state: 'approved', notBefore: morning } });
    conversation.time = morning - 1;
    expect(await run()).toEqual(['pay approved', 'paused']);
    expect(paid).toEqual([]);
    conversation.time = morning;
    expect((await run()).slice(0, 2)).toEqual(['pay running', 'pay completed']);
    expect(paid).toEqual([60]);
  });

  test.each<[string, Verdict, string]>([
    ['a date that is none', { defer: new Date(Number.NaN) }, 'it was deferred to a time that is not a time'],
    ['a word that is no time', { defer: 'tomorrow' }, 'it was deferred to a time that is not a time'],
    ['nothing', { defer: undefined } as unknown as Verdict, 'it was deferred to a time that is not a time'],
    ['seconds for milliseconds', { defer: new Date(now / 1_000) }, 'it was deferred to a time in the past'],
    ['a number', { defer: now + 5_000 } as unknown as Verdict, 'it was deferred to a time that is not a time'],
    ['61 seconds ago', { defer: at(now - 61_000) }, 'it was deferred to a time in the past'],
  ])('to %s asks, and says why (D5)', (_, verdict, reason) => {
    expect(first(verdict)).toEqual({ requirements: [{ reason }] });
    expect(first('allow', verdict, { defer: at(now + 5) })).toEqual({ requirements: [{ reason }], until: now + 5 });
  });

  test('to a moment ago is no delay, since clocks differ; when it is due any time that has passed is none (D5)', () => {
    expect(first({ defer: at(now - 59_000) })).toEqual({ requirements: [] });
    expect(first({ defer: at(now) })).toEqual({ requirements: [] });
    expect(again({ defer: at(0) })).toEqual({ requirements: [] });
    expect(again({ defer: new Date(Number.NaN) }).requirements).toHaveLength(1);
    expect(again({ defer: at(now + 5) })).toEqual({ requirements: [], until: now + 5 });
  });

  test('when it is due every policy is asked again, and each answers for itself alone (D5)', async () => {
    const asked: string[] = [];
    const { conversation, run, paid, call } = await put({
      policy: (_, { due, call: { state } }) => {
        asked.push(`tool ${due} ${state}`);
        return { defer: at(now + 60_000) };
      },
      scopes: [
        (_, { due }) => {
          asked.push(`scope ${due}`);
          return due ? { ask: { approvers: ['ann'] } } : 'allow';
        },
      ],
      chat: (_, __, { due }) => {
        asked.push(`chat ${due}`);
        return 'allow';
      },
    });
    expect(call()).toMatchObject({ state: 'deferred', until: now + 60_000 });
    conversation.time += 60_000;
    expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
    expect(asked).toEqual([
      'tool false proposed',
      'scope false',
      'chat false',
      'tool true deferred',
      'scope true',
      'chat true',
    ]);
    expect(call().requirements).toEqual([{ approvers: ['ann'] }]);
    expect(paid).toEqual([]);
  });

  test('it may be put off again, be denied, or run, when it is due (D5)', async () => {
    const { conversation, run, call, paid } = await put({
      policy: () => ({ defer: at(now + 60_000) }),
      chat: (_, __, { due }) => (due && conversation.time < now + 90_000 ? { defer: at(now + 90_000) } : 'allow'),
    });
    conversation.time = now + 60_000;
    expect(await run()).toEqual(['pay deferred', 'paused']);
    expect(call()).toMatchObject({ until: now + 90_000 });
    conversation.time = now + 90_000;
    expect((await run()).slice(0, 3)).toEqual(['pay approved', 'pay running', 'pay completed']);
    expect(paid).toEqual([60]);
    const denied = await put({ policy: (_, { due }) => (due ? { deny: 'sold out' } : { defer: at(now + 1) }) });
    denied.conversation.time += 1;
    expect((await denied.run())[0]).toBe('pay denied');
    expect(denied.call()).toMatchObject({ reason: 'sold out', by: 'policy' });
  });
});

describe('nobody decides in time', () => {
  const asking = (onExpire?: OnExpire, chat?: ChatPolicy<unknown>): Promise<Awaited<ReturnType<typeof put>>> =>
    put({
      policy: {
        ask: { approvers: ['ann'], reason: 'over 50', expiresIn: 5_000, ...(onExpire !== undefined && { onExpire }) },
      },
      ...(chat && { chat }),
    });

  test('it is denied, and the model is told so (S2)', async () => {
    const { conversation, run, call, paid } = await asking();
    conversation.time += 4_999;
    expect(await run()).toEqual(['paused']);
    conversation.time += 1;
    expect((await run())[0]).toBe('pay denied');
    expect(call()).toMatchObject({ by: 'expired' });
    expect(paid).toEqual([]);
  });

  test('it is kept: it waits on for the same people, without an end (S2, L1)', async () => {
    const { conversation, run, call, decide } = await asking('keep');
    conversation.time += 5_000;
    expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
    expect(call().requirements).toEqual([{ approvers: ['ann'], reason: 'over 50' }]);
    conversation.time += 5e9;
    expect(await run()).toEqual(['paused']);
    expect(await decide(approve, 'bob')).toMatchObject({ type: 'forbidden' });
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'applied' });
  });

  test('it goes to the next ones, who have their own time, and is denied after that (S2, L1)', async () => {
    const { conversation, run, call, decide } = await asking({ escalate: { approvers: ['bob'], expiresIn: 9_000 } });
    conversation.time += 5_000;
    expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
    expect(call().requirements).toEqual([{ approvers: ['bob'], reason: 'over 50', expiresAt: now + 14_000 }]);
    expect(await decide(approve, 'ann')).toMatchObject({ type: 'forbidden' });
    conversation.time = now + 14_000;
    expect(await decide(approve, 'bob')).toMatchObject({ type: 'expired', call: { state: 'denied' } });
  });

  test('it goes to the next ones for ever, when they have no time of their own, and asks them once (S2, L1)', async () => {
    const { conversation, run, call, decide } = await asking({ escalate: { approvers: ['bob'] } });
    conversation.time += 5_000;
    await run();
    conversation.time += 5e9;
    expect(await run()).toEqual(['paused']);
    expect(call().requirements).toEqual([{ approvers: ['bob'], reason: 'over 50' }]);
    expect(await decide(approve, 'bob')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('a click in the moment of the escalation is weighed after it (S2)', async () => {
    const { conversation, decide } = await asking({ escalate: { approvers: ['bob'] } });
    conversation.time += 5_000;
    expect(await decide(approve, 'bob')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  });

  test('what was snoozed wakes with it (S2)', async () => {
    for (const onExpire of ['keep', { escalate: { approvers: ['bob'] } }] as const) {
      const { conversation, run, decide, call } = await asking(onExpire);
      await decide({ type: 'snooze', until: at(now + 9e6) }, 'ann');
      expect(await run()).toEqual(['pay snoozed', 'paused']);
      conversation.time += 5_000;
      expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
      expect(call().requirements?.[0]).not.toHaveProperty('expiresAt');
    }
  });

  test('of two requirements the earliest end counts, and what was met has none (D4, S2)', async () => {
    const { conversation, run, decide, call } = await asking('deny', () => ({
      ask: { approvers: ['bob'], expiresIn: 9_000 },
    }));
    expect(await decide(approve, 'ann')).toMatchObject({ call: { state: 'awaiting-approval' } });
    conversation.time += 5_000;
    expect(await run()).toEqual(['pay awaiting-approval', 'paused']);
    conversation.time = now + 9_000;
    expect((await run())[0]).toBe('pay denied');
    const early = await asking('deny', () => ({ ask: { approvers: ['bob'], expiresIn: 9_000 } }));
    expect(await early.decide(approve, 'bob')).toMatchObject({ type: 'applied' });
    early.conversation.time += 5_000;
    expect((await early.run()).slice(0, 2)).toEqual(['pay awaiting-approval', 'pay denied']);
    expect(call()).toMatchObject({ state: 'denied', by: 'expired' });
  });

  test('one that is kept and one that goes on, at once: each as it says, and a denial before both (D4, S2)', async () => {
    const both = await asking('keep', () => ({
      ask: { approvers: ['bob'], expiresIn: 5_000, onExpire: { escalate: { approvers: ['eve'] } } },
    }));
    both.conversation.time += 5_000;
    expect(await both.run()).toEqual(['pay awaiting-approval', 'paused']);
    expect(both.call().requirements).toEqual([{ approvers: ['ann'], reason: 'over 50' }, { approvers: ['eve'] }]);
    const denied = await asking('keep', () => ({ ask: { expiresIn: 5_000 } }));
    denied.conversation.time += 5_000;
    expect((await denied.run())[0]).toBe('pay denied');
  });

  test.each([
    null,
    'allow',
    true,
    'escalate',
    { escalate: null },
    { escalate: {} },
    {},
    { escalate: { approvers: null } },
  ])('what is to become of it is none of the words: it is denied (%o) (S2)', async (onExpire) => {
    const { conversation, run, call, paid } = await asking(onExpire as OnExpire);
    conversation.time += 5_000;
    expect((await run())[0]).toBe('pay denied');
    expect(call()).toMatchObject({ by: 'expired' });
    expect(paid).toEqual([]);
  });
});
