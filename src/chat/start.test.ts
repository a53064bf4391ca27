import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { CallFacts, CallStanding, Effect, ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import type { TestClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { toolStarts } from '../testing/tool-starts.ts';
import type { ToolStarts } from '../testing/tool-starts.ts';
import { createChat } from './chat.ts';
import { scoped, tool } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

const day = 24 * 60 * 60 * 1_000;
const input = z.object({ amount: z.number() });
const pay = tool({ description: 'Pay', input, effect: 'once', run: ({ amount }) => `paid ${amount}` });
/** The same name, but it wants to know whom. */
const payTo = tool({
  description: 'Pay',
  input: z.object({ amount: z.number(), to: z.string().default('Ann') }),
  effect: 'once',
  run: ({ amount, to }) => `paid ${amount} to ${to}`,
});
const payWords = tool({
  description: 'Pay',
  input: z.object({ words: z.string() }),
  effect: 'once',
  run: () => 'paid',
});

/** No two processes give the same id. */
let desks = 0;

/** A process with its own code that opens a conversation. */
class Desk {
  readonly starts: ToolStarts = toolStarts();
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;

  constructor(text: string, tools: ToolSet, clock: TestClock) {
    const model = scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Done.'], { turnBy: 'answers' });
    this.chat = createChat({ model, tools: this.starts.watch(tools) }) as unknown as Chat<ToolSet>;
    this.conversation = Conversation.parse(text, { now: clock.now, newId: testIds(`desk${(desks += 1)}`) });
  }

  async outline(): Promise<readonly string[]> {
    return (await recordEvents(this.chat.stream(this.conversation))).outline;
  }

  get call(): ToolCall {
    const part = this.conversation.messages[1]!.parts[0]!;
    if (part.type !== 'tool') throw new Error('there is no call');
    return part.call;
  }

  get text(): string {
    return JSON.stringify(this.conversation);
  }
}

/** A conversation whose call was approved by a process that had this tool. */
async function approved(one: ToolSet[string], clock: TestClock, edit?: unknown): Promise<string> {
  const conversation = new Conversation({ id: 'talk', now: clock.now });
  conversation.say('Pay');
  const desk = new Desk(JSON.stringify(conversation), { pay: one }, clock);
  await desk.outline();
  const decision = { type: 'approve', ...(edit !== undefined && { input: edit }) } as const;
  await desk.chat.decide(desk.conversation, desk.chat.waiting(desk.conversation).approvals[0]!, decision);
  return desk.text;
}

/** As if nobody had been asked. */
function byPolicy(text: string): string {
  const changed = (name: string, value: unknown): unknown =>
    name === 'decisions' ? undefined : name === 'by' && value === 'person' ? 'policy' : value;
  return JSON.stringify(JSON.parse(text, changed));
}

test.each([
  ['a person', (text: string): string => text],
  ['a policy', byPolicy],
])(
  'where the tool that %s approved goes on missing it is looked for after a minute, and then less and less often (C1)',
  async (_, by) => {
    const clock = testClock();
    const without = new Desk(by(await approved(pay, clock)), {}, clock);
    await without.outline();
    clock.advance(59_999);
    expect(await without.outline()).toEqual(['paused: 1 approval']);
    expect(without.call).toMatchObject({ recheckAt: 60_000 });
    clock.advance(1);
    expect(await without.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
    expect(without.call).toMatchObject({ because: 'tool-missing', recheckAt: 120_000 });
    clock.advance(60_000);
    await without.outline();
    expect(without.call).toMatchObject({ recheckAt: 240_000 });
  },
);

test('C1: a process that lacks the tool starts nothing, and one that has it goes on', async () => {
  const clock = testClock();
  const without = new Desk(await approved(pay, clock), {}, clock);
  expect(await without.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(without.call).toMatchObject({ because: 'tool-missing' });
  expect(await without.outline()).toEqual(['paused: 1 approval']);
  const back = new Desk(without.text, { pay }, clock);
  expect((await back.outline()).slice(0, 3)).toEqual([
    'tool pay: approved',
    'tool pay: running',
    'tool pay: completed',
  ]);
  expect([back.call.attempt?.number, back.starts.list.length]).toEqual([1, 1]);
});

/** A conversation whose call was proposed by a process that had this tool, and was judged by nobody. */
async function proposed(one: ToolSet[string], clock: TestClock): Promise<string> {
  const conversation = new Conversation({ id: 'talk', now: clock.now });
  conversation.say('Pay');
  let text = '';
  const policy = (): 'ask' => {
    text = desk.text;
    return 'ask';
  };
  const desk = new Desk(JSON.stringify(conversation), { pay: { ...one, policy } as ToolSet[string] }, clock);
  await desk.outline();
  return text;
}

describe('C1: a call just proposed, whose tool is not here', () => {
  const reject = { type: 'reject' } as const;

  test('waits, cannot be approved by anybody, and is judged by a process that has the tool', async () => {
    const clock = testClock();
    const without = new Desk(await proposed(pay, clock), {}, clock);
    expect(await without.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
    expect(without.call).toMatchObject({ because: 'tool-missing', unjudged: true, recheckAt: 60_000 });
    clock.advance(60_000);
    await without.outline();
    expect(without.call).toMatchObject({ because: 'tool-missing', unjudged: true, recheckAt: 120_000 });
    const denying = scoped({ pay }, { deny: 'not any more' });
    expect((await new Desk(without.text, denying, clock).outline())[0]).toBe('tool pay: denied');
    const allowing = new Desk(without.text, { pay: { ...pay, policy: 'allow' } as ToolSet[string] }, clock);
    expect((await allowing.outline()).slice(0, 3)).toEqual([
      'tool pay: approved',
      'tool pay: running',
      'tool pay: completed',
    ]);
    const asking = new Desk(without.text, { pay: payTo }, clock);
    await asking.outline();
    expect(asking.call).toMatchObject({ state: 'awaiting-approval', input: { amount: 5, to: 'Ann' } });
    expect(asking.call).not.toHaveProperty('because');
    const unfit = new Desk(without.text, { pay: payWords }, clock);
    await unfit.outline();
    expect(unfit.call).toMatchObject({ state: 'failed', outcome: 'none' });
  });

  test('can be rejected, and nothing else be decided about it, also where the tool is', async () => {
    const clock = testClock();
    const without = new Desk(await proposed(pay, clock), {}, clock);
    await without.outline();
    const later = { type: 'snooze', until: new Date(5_000).toISOString() } as const;
    for (const desk of [without, new Desk(without.text, { pay }, clock)]) {
      for (const decision of [{ type: 'approve' }, { type: 'answer', output: 'paid' }, later] as const) {
        expect(await desk.chat.decide(desk.conversation, desk.call, decision)).toMatchObject({
          type: 'forbidden',
          reason: 'nobody has judged it who has its tool: until then it can only be rejected',
        });
      }
    }
    expect(await without.chat.decide(without.conversation, without.call, reject)).toMatchObject({ type: 'applied' });
  });

  test('is judged anew by a tool that was changed, since nobody had accepted it', async () => {
    const clock = testClock();
    const changed = new Desk(await proposed(pay, clock), { pay: payTo }, clock);
    await changed.outline();
    expect(changed.call).toMatchObject({ state: 'awaiting-approval', input: { amount: 5, to: 'Ann' } });
    expect(changed.call).not.toHaveProperty('because');
  });

  test('fails where nobody had the tool: the model made up its name', async () => {
    const clock = testClock();
    const conversation = new Conversation({ id: 'talk', now: clock.now });
    conversation.say('Pay');
    const without = new Desk(JSON.stringify(conversation), {}, clock);
    await without.outline();
    expect(without.call).toMatchObject({ state: 'failed', reason: 'there is no tool named pay' });
  });
});

test('C1: what was put off, and whose tool is not here when its time has come, is put to a person, who is told why', async () => {
  const call = { id: 'c', name: 'pay', arguments: '{"amount":5}', input: { amount: 5 }, revision: 2 } as const;
  const deferred = { ...call, state: 'deferred', until: 500 } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [{ type: 'tool', call: deferred }], at: 0, finish: 'tool-calls' },
  ] as const;
  const without = new Desk(JSON.stringify(new Conversation({ messages })), {}, testClock(1_000));
  expect(await without.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(without.call.requirements).toEqual([{ reason: 'there is no tool named pay here' }]);
});

test('C1: a tool that was changed is put to a person again, with its arguments read anew', async () => {
  const clock = testClock();
  const changed = new Desk(await approved(pay, clock), { pay: payTo }, clock);
  expect(await changed.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(changed.call).toMatchObject({
    because: 'tool-changed',
    input: { amount: 5, to: 'Ann' },
    requirements: [{ reason: 'the tool was changed since it was approved' }],
  });
  expect(await changed.chat.decide(changed.conversation, changed.call, { type: 'approve' })).toMatchObject({
    type: 'applied',
  });
  await changed.outline();
  expect(changed.call).toMatchObject({ state: 'completed', output: 'paid 5 to Ann' });
});

test('C1: arguments that no longer fit can only be approved after an edit', async () => {
  const clock = testClock();
  const changed = new Desk(await approved(pay, clock), { pay: payWords }, clock);
  await changed.outline();
  const { call, conversation, chat } = changed;
  expect(call).toMatchObject({
    because: 'tool-changed',
    input: { amount: 5 },
    requirements: [{ reason: expect.stringContaining('the input of pay is not valid') }],
  });
  expect(await chat.decide(conversation, call, { type: 'approve' })).toMatchObject({
    type: 'invalid',
    issues: [{ message: 'does not fit the tool any more', path: ['input'] }],
  });
  expect(await chat.decide(conversation, call, { type: 'approve', input: { words: 'five' } })).toMatchObject({
    type: 'applied',
  });
  await changed.outline();
  expect(changed.starts.list).toMatchObject([{ input: { words: 'five' } }]);
});

test('C1: of a call that a person had edited the edit is read anew, not what the model wrote', async () => {
  const clock = testClock();
  const changed = new Desk(await approved(pay, clock, { amount: 3 }), { pay: payTo }, clock);
  await changed.outline();
  expect(changed.call).toMatchObject({ because: 'tool-changed', input: { amount: 3, to: 'Ann' } });
});

test('C1: a tool that came back as another one is put to a person', async () => {
  const clock = testClock();
  const without = new Desk(await approved(pay, clock), {}, clock);
  await without.outline();
  const back = new Desk(without.text, { pay: payTo }, clock);
  expect(await back.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(back.call).toMatchObject({ because: 'tool-changed' });
});

test('C1: a deferred call whose tool was changed meanwhile is put to a person when it is due', async () => {
  const clock = testClock();
  const later = tool({ ...pay, policy: (_, { due }) => (due ? 'allow' : { defer: new Date(5_000) }) });
  const conversation = new Conversation({ id: 'talk', now: clock.now });
  conversation.say('Pay');
  const first = new Desk(JSON.stringify(conversation), { pay: later }, clock);
  expect((await first.outline()).at(-1)).toBe('paused: 1 scheduled');
  clock.set(5_000);
  const changed = new Desk(first.text, { pay: payTo }, clock);
  expect(await changed.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  const same = new Desk(first.text, { pay: later }, clock);
  expect((await same.outline()).slice(0, 2)).toEqual(['tool pay: approved', 'tool pay: running']);
  const without = new Desk(first.text, {}, clock);
  expect(await without.outline()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
});

/** A desk that finds a call as another process left it. */
function found(
  standing: CallStanding,
  { facts = {}, one = pay, now = 1_000 }: { facts?: Partial<CallFacts>; one?: ToolSet[string]; now?: number } = {},
): Desk {
  const call = {
    id: 'c',
    name: 'pay',
    arguments: '{"amount":5}',
    input: { amount: 5 },
    revision: 4,
    ...facts,
    ...standing,
  };
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [{ type: 'tool', call }], at: 0, finish: 'tool-calls' },
  ];
  return new Desk(JSON.stringify({ format: 1, id: 'talk', messages }), { pay: one }, testClock(now));
}

const attempt = { number: 1, startedAt: 0, deadline: 10 };

test.each<[string, Effect | undefined, Exclude<Effect, 'undeclared'> | undefined, number, string]>([
  ['a read', 'read', 'read', 2, 'running'],
  ['what may be repeated while its key lives', 'idempotent', 'idempotent', day - 1, 'running'],
  ['what may be repeated, once its key is dead', 'idempotent', 'idempotent', day, 'in-doubt'],
  ['what acts once', 'once', 'once', 2, 'in-doubt'],
  ['what says nothing', 'undeclared', undefined, 2, 'in-doubt'],
  ['what the code says is stricter now', 'read', 'once', 2, 'in-doubt'],
  ['what was stricter when it began', 'once', 'read', 2, 'in-doubt'],
  ['what is a read, and was idempotent', 'idempotent', 'read', 2, 'running'],
  ['what nobody had stored', undefined, 'read', 2, 'in-doubt'],
])('E1, E5: after a crash, %s is %s', async (_, stored, declared, now, state) => {
  const one = tool({ ...pay, effect: undefined as never, ...(declared && { effect: declared }) });
  const desk = found({ state: 'running' }, { facts: { attempt, ...(stored && { effect: stored }) }, one, now });
  expect((await desk.outline())[0]).toBe(`tool pay: ${state}`);
  expect(desk.starts.list.length).toBe(state === 'running' ? 1 : 0);
  if (state === 'running') {
    expect(desk.call.attempt).toMatchObject({ number: 2, startedAt: now, deadline: now + 120_000, firstStartedAt: 0 });
  } else expect(desk.call).toMatchObject({ reason: expect.stringContaining('the process that ran it ended') });
});

test('E5: a key lives from the first start, for as long as the tool says', async () => {
  const facts = {
    effect: 'idempotent',
    attempt: { ...attempt, number: 2, startedAt: 900, firstStartedAt: 0 },
  } as const;
  const one = tool({ ...pay, effect: 'idempotent', keyLifetime: 1_000 });
  expect((await found({ state: 'running' }, { facts, one, now: 999 }).outline())[0]).toBe('tool pay: running');
  expect((await found({ state: 'running' }, { facts, one, now: 1_000 }).outline())[0]).toBe('tool pay: in-doubt');
});

test('C1: a running call whose tool is gone or was changed is in doubt, whatever it bears', async () => {
  const facts = { effect: 'read', attempt, fingerprint: 'another' } as const;
  const one = tool({ ...pay, effect: 'read' });
  expect((await found({ state: 'running' }, { facts, one }).outline())[0]).toBe('tool pay: in-doubt');
});

test('an attempt has as much time as its tool says, for every call or by its input', async () => {
  const fixed = found({ state: 'approved', by: 'person' }, { one: tool({ ...pay, timeout: 50 }) });
  await fixed.outline();
  expect(fixed.call.attempt).toEqual({ number: 1, startedAt: 1_000, deadline: 1_050 });
  const byInput = found(
    { state: 'approved', by: 'person' },
    { one: tool({ ...pay, timeout: ({ amount }) => amount * 10 }) },
  );
  await byInput.outline();
  expect(byInput.call.attempt?.deadline).toBe(1_050);
  const broken = tool({
    ...pay,
    timeout: () => {
      throw new Error('broken');
    },
  });
  const fallback = found({ state: 'approved', by: 'person' }, { one: broken });
  await fallback.outline();
  expect(fallback.call.attempt?.deadline).toBe(121_000);
});

test('D4: a scope adds its policy to what a tool says, and speaks in place of the default', async () => {
  const read = tool({ ...pay, effect: 'read' });
  const own = tool({ ...pay, policy: 'allow' });
  const call = { state: 'proposed' } as const;
  const asked = async (one: ToolSet[string]): Promise<string | undefined> => (await found(call, { one }).outline())[0];
  const inScope = (one: typeof pay, ...policies: Parameters<typeof scoped>[1][]): ToolSet[string] =>
    policies.reduce<ToolSet>((set, policy) => scoped(set, policy), { pay: one })['pay']!;
  expect(await asked(pay)).toBe('tool pay: awaiting-approval');
  expect(await asked(read)).toBe('tool pay: approved');
  expect(await asked(inScope(pay, 'allow'))).toBe('tool pay: approved');
  expect(await asked(inScope(read, 'ask'))).toBe('tool pay: awaiting-approval');
  expect(await asked(inScope(own, 'ask'))).toBe('tool pay: awaiting-approval');
  expect(await asked(inScope(own, 'allow', 'deny'))).toBe('tool pay: denied');
  expect(await asked(inScope(own, 'deny', 'allow'))).toBe('tool pay: denied');
});

test('D4: the policy of a chat is told the call, the context and whether it is due, and only adds', async () => {
  const told: unknown[] = [];
  const clock = testClock();
  const conversation = new Conversation({ now: clock.now });
  conversation.say('Pay');
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Done.']),
    tools: { pay: tool({ ...pay, policy: 'allow', run: (_, { context }: { context: string }) => context }) },
    policy: (call, context, { due, signal }) => {
      told.push([call.name, call.input, context, due, signal.aborted]);
      return 'ask';
    },
  });
  expect(await chat.complete(conversation, { context: 'ann' })).toMatchObject({ type: 'paused' });
  expect(told).toEqual([['pay', { amount: 5 }, 'ann', false, false]]);
});

test('E1: a call that was approved by a policy is put to a person when one before it failed, effect unknown', async () => {
  let ran = 0;
  const broken = tool({
    description: 'Pay',
    input,
    effect: 'once',
    policy: 'allow',
    run: () => {
      ran += 1;
      throw new Error('the line broke');
    },
  });
  const pays = [1, 2].map((amount) => ({ name: 'pay', input: { amount } }));
  const chat = createChat({
    model: scripted([{ calls: pays }]),
    tools: { pay: broken },
    concurrency: 1,
    onError: () => {},
  });
  const conversation = new Conversation();
  conversation.say('Pay both!');
  const { events } = await recordEvents(chat.stream(conversation));
  expect(ran).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'paused' });
  const reason = expect.stringContaining('an earlier call of this tool failed') as string;
  expect(conversation.unsettled).toMatchObject([
    { state: 'awaiting-approval', arguments: '{"amount":2}', requirements: [{ reason }] },
  ]);
});
