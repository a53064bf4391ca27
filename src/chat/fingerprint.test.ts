import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedModel } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { stricter } from './fingerprint.ts';
import { tool } from './tool.ts';
import type { AnyTool, ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

const amount = z.object({ amount: z.number() });
const ran: unknown[] = [];
const run = (input: unknown): string => {
  ran.push(input);
  return 'paid';
};
/** The tool as it was when the call was approved. */
const pay: AnyTool = tool({ description: 'Pay', input: amount, effect: 'once', run });
/** Its arguments still fit, and are read as another input. */
const payTo: AnyTool = { ...pay, input: amount.extend({ to: z.string().default('Ann') }) };
const inWords: AnyTool = { ...pay, input: z.object({ words: z.string() }) };
/** Only the schema's text differs: the same arguments, the same input. */
const limited: AnyTool = { ...pay, input: z.object({ amount: z.number().max(100) }) };

/** A process that has some tools. It opens what another one has saved. */
class Process {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  readonly model: ScriptedModel = scripted([{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Done.'], {
    turnBy: 'answers',
  });

  constructor(text: string, tools: ToolSet, now: () => number = () => 1_000) {
    this.chat = createChat({ model: this.model, tools }) as unknown as Chat<ToolSet>;
    this.conversation = Conversation.parse(text, { now, newId: testIds(`process ${(processes += 1)} `) });
  }

  async run(): Promise<readonly string[]> {
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

let processes = 0;

function said(): string {
  const conversation = new Conversation({ id: 'talk', now: () => 1_000 });
  conversation.say('Pay');
  return JSON.stringify(conversation);
}

/** A call that waits for its approval, as a process with the first tool has left it. */
async function asked(): Promise<string> {
  const process = new Process(said(), { pay });
  expect((await process.run()).at(-1)).toBe('paused: 1 approval');
  return process.text;
}

/** The same call, approved; perhaps with another input. */
async function approved(input?: unknown, by?: string): Promise<string> {
  const process = new Process(await asked(), { pay });
  const decision = { type: 'approve', ...(input !== undefined && { input }) } as const;
  await process.chat.decide(process.conversation, process.call, decision, by === undefined ? {} : { by });
  ran.length = 0;
  return process.text;
}

test.each<[string, AnyTool]>([
  ['another schema', payTo],
  ['another limit in its schema', limited],
  ['another effect', { ...pay, effect: 'read' }],
  ['no declared effect any more', tool({ description: 'Pay', input: amount, run })],
])('C1: an approved call whose tool has %s by now is put to a person again, and not run', async (_, changed) => {
  const process = new Process(await approved(), { pay: changed });
  expect(await process.run()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(process.call).toMatchObject({ because: 'tool-changed', effect: changed.effect ?? 'undeclared' });
  expect(ran).toEqual([]);
  expect(await process.run()).toEqual(['paused: 1 approval']);
});

test.each<[string, AnyTool]>([
  ['another description', { ...pay, description: 'Pay somebody' }],
  ['another title, timeout and metadata', { ...pay, title: 'Payment', timeout: 5, metadata: { team: 'shop' } }],
  ['another policy: the person has approved already', { ...pay, policy: 'deny' }],
  ['another way to present its result', { ...pay, present: () => 'Paid.' }],
])('C1: a tool with %s is the same tool', async (_, same) => {
  const process = new Process(await approved(), { pay: same });
  expect((await process.run()).slice(0, 2)).toEqual(['tool pay: running', 'tool pay: completed']);
  expect(ran).toEqual([{ amount: 5 }]);
});

test('C1: what a person made of the arguments stays, also when somebody approved it since and the tool is another one again', async () => {
  const first = new Process(await approved({ amount: 7 }), { pay: payTo });
  await first.run();
  await first.chat.decide(first.conversation, first.call, { type: 'approve' });
  const second = new Process(first.text, { pay: limited });
  expect(await second.run()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(second.call).toMatchObject({ because: 'tool-changed', input: { amount: 7 } });
});

test('C1: two tools that differ in their name alone have two marks', async () => {
  const calls = ['pay', 'refund'].map((name) => ({ name, input: { amount: 5 } }));
  const chat = createChat({ model: scripted([{ calls }]), tools: { pay, refund: pay } });
  const conversation = Conversation.parse(said());
  await chat.complete(conversation);
  const marks = conversation.unsettled.map(({ fingerprint }) => fingerprint);
  expect([marks.length, new Set(marks).size]).toEqual([2, 2]);
});

test('C1: what a policy allowed, of a tool that was changed before it began, is put to a person, who is told why', async () => {
  const call = { id: 'c', name: 'pay', arguments: '{"amount":5}', input: { amount: 5 }, revision: 2 } as const;
  const allowed = { ...call, fingerprint: 'another', state: 'approved', by: 'policy' } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [{ type: 'tool', call: allowed }], at: 0, finish: 'tool-calls' },
  ] as const;
  const process = new Process(JSON.stringify(new Conversation({ messages })), { pay });
  expect(await process.run()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(process.call.requirements).toEqual([{ reason: 'the tool was changed since it was approved' }]);
});

test('C1: what waits for its first approval is put to a person once more when its tool was changed meanwhile', async () => {
  const process = new Process(await asked(), { pay: payTo });
  await process.chat.decide(process.conversation, process.call, { type: 'approve' });
  ran.length = 0;
  expect(await process.run()).toEqual(['tool pay: approved', 'tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(process.call).toMatchObject({ because: 'tool-changed', input: { amount: 5, to: 'Ann' } });
  await process.chat.decide(process.conversation, process.call, { type: 'approve' });
  expect(await process.run()).toContain('tool pay: completed');
  expect(ran).toEqual([{ amount: 5, to: 'Ann' }]);
  expect(process.call.decisions).toHaveLength(2);
});

test('C1: a tool that is changed back is the tool that was approved, but the person was asked anew', async () => {
  const changed = new Process(await approved(), { pay: inWords });
  await changed.run();
  expect(changed.call).toMatchObject({ because: 'tool-changed', input: { amount: 5 } });
  const back = new Process(changed.text, { pay });
  expect(await back.run()).toEqual(['paused: 1 approval']);
  expect(await back.chat.decide(back.conversation, back.call, { type: 'approve' })).toMatchObject({ type: 'applied' });
  await back.run();
  expect(ran).toEqual([{ amount: 5 }]);
});

test('C1: arguments that no longer fit are approved by an edit alone, and the person may reject as ever', async () => {
  const process = new Process(await approved(), { pay: inWords });
  await process.run();
  const decide = (decision: Parameters<Chat['decide']>[2], from = process) =>
    from.chat.decide(from.conversation, from.call, decision);
  const rejecting = new Process(process.text, { pay: inWords });
  expect(await decide({ type: 'approve' })).toMatchObject({ type: 'invalid', issues: [{ path: ['input'] }] });
  expect(await decide({ type: 'approve', input: { amount: 6 } })).toMatchObject({ type: 'invalid' });
  expect(await decide({ type: 'approve', input: { words: 'six' } })).toMatchObject({ type: 'applied' });
  expect(await process.run()).toContain('tool pay: completed');
  expect(ran).toEqual([{ words: 'six' }]);
  expect(process.model.heard.at(-1)?.at(-1)).toContain(
    'A person changed the arguments before it ran, from {"amount":5} to {"words":"six"}.',
  );
  expect(await decide({ type: 'reject' }, rejecting)).toMatchObject({ type: 'applied' });
  expect(await rejecting.run()).toContain('done: stop');
});

test('C1: of a call that a person had edited the edit is read anew; when it no longer fits, only another edit will do', async () => {
  const fits = new Process(await approved({ amount: 7 }), { pay: limited });
  await fits.run();
  expect(fits.call).toMatchObject({ because: 'tool-changed', input: { amount: 7 }, arguments: '{"amount":5}' });
  const too = new Process(await approved({ amount: 700 }), { pay: limited });
  await too.run();
  expect(too.call).toMatchObject({
    because: 'tool-changed',
    input: { amount: 700 },
    requirements: [{ reason: expect.stringContaining('the input of pay is not valid') }],
  });
  const decide = (decision: Parameters<Chat['decide']>[2]) => too.chat.decide(too.conversation, too.call, decision);
  expect(await decide({ type: 'approve' })).toMatchObject({ type: 'invalid' });
  expect(await decide({ type: 'approve', input: { amount: 70 } })).toMatchObject({ type: 'applied' });
  await too.run();
  expect(ran).toEqual([{ amount: 70 }]);
});

test('C1: while the tool is missing the call waits and a person may reject it; an approval waits for the tool', async () => {
  const missing = new Process(await approved(), {});
  expect(await missing.run()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  expect(missing.call).toMatchObject({ because: 'tool-missing' });
  const decide = (process: Process, decision: Parameters<Chat['decide']>[2]) =>
    process.chat.decide(process.conversation, process.call, decision);

  const rejecting = new Process(missing.text, {});
  expect(await decide(rejecting, { type: 'reject' })).toMatchObject({ type: 'applied' });
  expect(await rejecting.run()).toContain('done: stop');

  const approving = new Process(missing.text, {});
  expect(await decide(approving, { type: 'approve', input: { amount: 6 } })).toMatchObject({ type: 'invalid' });
  expect(await decide(approving, { type: 'approve' })).toMatchObject({ type: 'applied' });
  expect((await approving.run()).at(-1)).toBe('paused: 1 approval');
  const back = new Process(approving.text, { pay });
  expect(await back.run()).toContain('tool pay: completed');
  expect(ran).toEqual([{ amount: 5 }]);
});

test('C1: a tool that is unknown when its call is proposed fails the call; the same name later is nothing to it', async () => {
  const process = new Process(said(), {});
  expect(await process.run()).toContain('tool pay: failed');
  const later = new Process(process.text, { pay });
  expect(await later.run()).toEqual(['done: stop']);
});

test('C1: a call that policies alone had allowed, and that had not begun, is put to a person too', async () => {
  const saved: unknown = JSON.parse(await approved(), (name, value: unknown) => {
    if (name === 'decisions') return undefined;
    return name === 'by' && value === 'person' ? 'policy' : value;
  });
  const byPolicy = JSON.stringify(saved);
  expect(Conversation.parse(byPolicy).unsettled).toMatchObject([{ state: 'approved', by: 'policy' }]);
  const changed = new Process(byPolicy, { pay: payTo });
  expect(await changed.run()).toEqual(['tool pay: awaiting-approval', 'paused: 1 approval']);
  const missing = new Process(byPolicy, {});
  await missing.run();
  const back = new Process(missing.text, { pay });
  expect((await back.run())[0]).toBe('tool pay: approved');
  expect(back.call).toMatchObject({ state: 'completed' });
});

test('D2, C1: a schema that only makes something else of the same arguments cannot be told apart: what was stored is run', async () => {
  const inCents = { ...pay, input: amount.transform((one) => ({ cents: one.amount * 100 })) };
  const process = new Process(await approved(), { pay: inCents });
  expect(await process.run()).toContain('tool pay: completed');
  expect(ran).toEqual([{ amount: 5 }]);
});

test('C1: a deferred call whose tool is the same runs when it is due, with the input that was stored', async () => {
  const clock = testClock(1_000);
  let parsed = 0;
  const later: AnyTool = {
    ...pay,
    input: amount.transform((one) => ({ ...one, parsed: (parsed += 1) })),
    policy: (_: unknown, { due }: { due: boolean }) => (due ? 'allow' : { defer: new Date(5_000) }),
  };
  const first = new Process(said(), { pay: later }, clock.now);
  await first.run();
  clock.set(5_000);
  ran.length = 0;
  const due = new Process(first.text, { pay: later }, clock.now);
  expect(await due.run()).toContain('tool pay: completed');
  expect(ran).toEqual([{ amount: 5, parsed: 1 }]);
});

test('C1: of two effects the stricter one counts', () => {
  const all = ['read', 'idempotent', 'once', 'undeclared'] as const;
  for (const [at, one] of all.entries()) {
    for (const [other, two] of all.entries()) expect(stricter(one, two)).toBe(all[Math.max(at, other)]);
  }
  expect([stricter(undefined, 'read'), stricter('read'), stricter()]).toEqual([
    'undeclared',
    'undeclared',
    'undeclared',
  ]);
});
