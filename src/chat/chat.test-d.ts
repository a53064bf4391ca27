import { type } from 'arktype';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import type { Policy, Verdict } from './policy.ts';
import type { ProviderTool } from './provider-tool.ts';
import { scoped, tool } from './tool.ts';
import type { ToolContext } from './tool.ts';

const refund = tool({
  description: 'Refund',
  input: z.object({ orderId: z.string(), amount: z.number() }),
  output: z.object({ receipt: z.string() }),
  policy: ({ amount }) => (amount > 50 ? { ask: { reason: 'over 50' } } : 'allow'),
  run: ({ orderId }) => ({ receipt: orderId }),
});
const look = tool({ description: 'Look', input: type({ q: 'string' }), effect: 'read', run: ({ q }) => q.length });
const mail = tool({
  description: 'Mail',
  input: toStandardJsonSchema(v.object({ to: v.string() })),
  run: ({ to }, { context }: ToolContext<{ user: string }>) => `${to} ${context.user}`,
});
const now = tool({ description: 'What time it is', effect: 'read', run: () => 12 });
const github: ProviderTool = { provider: 'scripted', kind: 'mcp', options: {} };
const model = scripted([]);
const conversation = new Conversation();

test('types come from the tools', () => {
  const chat = createChat({ model, tools: { refund, look, now } });
  const [call] = chat.waiting(conversation).approvals;
  if (call?.name === 'refund') expectTypeOf(call.input).toEqualTypeOf<{ orderId: string; amount: number }>();
  if (call?.name === 'look') expectTypeOf(call.input.q).toEqualTypeOf<string>();
  // @ts-expect-error there is no such tool
  void (call?.name === 'repay');
});

test('events are typed by name and state', async () => {
  const chat = createChat({ model, tools: { refund, look } });
  for await (const event of chat.stream(conversation)) {
    if (event.type === 'text') expectTypeOf(event.delta).toEqualTypeOf<string>();
    if (event.type !== 'tool') continue;
    if (event.call.name === 'refund' && event.call.state === 'completed') {
      expectTypeOf(event.call.output).toEqualTypeOf<{ receipt: string }>();
    }
    if (event.call.name === 'look' && event.call.state === 'completed') {
      expectTypeOf(event.call.output).toEqualTypeOf<number>();
    }
    // @ts-expect-error a state that does not exist
    void (event.call.state === 'paid');
    // @ts-expect-error only a completed call has an output
    void event.call.output;
  }
});

test('decisions are typed by the call', () => {
  const chat = createChat({ model, tools: { refund, look } });
  const call = chat.waiting(conversation).approvals[0]!;
  if (call.name !== 'refund') return;
  void chat.decide(conversation, call, { type: 'approve', input: { orderId: 'a', amount: 1 } });
  void chat.decide(conversation, call, { type: 'answer', output: { receipt: 'r' } });
  void chat.decide(conversation, call.id, { type: 'reject', reason: 'no' });
  // @ts-expect-error a field is missing
  void chat.decide(conversation, call, { type: 'approve', input: { orderId: 'a' } });
  // @ts-expect-error an output of the wrong shape
  void chat.decide(conversation, call, { type: 'answer', output: { receipt: 1 } });
  // @ts-expect-error a decision that does not exist
  void chat.decide(conversation, call, { type: 'accept' });
});

test('a context that a tool wants is demanded, and typed', () => {
  const chat = createChat({ model, tools: { mail, look }, instructions: ({ user }) => `You talk with ${user}.` });
  void chat.stream(conversation, { context: { user: 'ann' } });
  // @ts-expect-error the context is missing
  void chat.stream(conversation);
  // @ts-expect-error the context is of another shape
  void chat.stream(conversation, { context: { name: 'ann' } });
});

test('several sets are one', () => {
  const chat = createChat({ model, tools: [{ refund }, { look }] });
  const [call] = chat.waiting(conversation).approvals;
  expectTypeOf(call!.name).toEqualTypeOf<'refund' | 'look'>();
});

test('a chat without tools needs nothing', () => {
  void createChat({ model }).stream(conversation);
});

test('a tool is checked against its schemas', () => {
  tool({
    description: 'x',
    input: z.object({ a: z.number() }),
    // @ts-expect-error there is no field b
    run: ({ b }) => b,
  });
  tool({
    description: 'x',
    output: z.object({ id: z.string() }),
    // @ts-expect-error the output has another shape
    run: () => ({ id: 1 }),
  });
  // @ts-expect-error a class of effect that does not exist
  tool({ description: 'x', effect: 'twice' });
  // @ts-expect-error a verdict that does not exist
  tool({ description: 'x', policy: 'maybe' });
});

test('a tool that does not exist is found nowhere: in calls, events, decisions, steps and choices', async () => {
  const chat = createChat({
    model,
    tools: { refund, look },
    step: ({ number }) => ({ tools: number > 1 ? ['look'] : ['refund', 'look'] }),
    // @ts-expect-error the event of a tool that does not exist
    policy: (call) => (call.name === 'repay' ? 'ask' : 'allow'),
  });
  for await (const event of chat.stream(conversation)) {
    // @ts-expect-error the event of a tool that does not exist
    if (event.type === 'tool' && event.call.name === 'repay') return;
  }
  // @ts-expect-error the decision of a tool that does not exist
  void chat.decide<'repay'>(conversation, 'c', { type: 'reject' });
  // @ts-expect-error a step with a tool that does not exist
  createChat({ model, tools: { refund, look }, step: () => ({ tools: ['repay'] }) });
});

test('a field that does not exist is found in policy, step, waiting calls and ends', async () => {
  const chat = createChat({
    model,
    tools: { refund, look },
    policy: (call) => {
      if (call.name !== 'refund') return 'allow';
      // @ts-expect-error the input of a call that may not be valid yet
      if (call.input.amount > 5) return 'ask';
      // @ts-expect-error a field that the input does not have
      return call.input?.sum === 5 ? 'ask' : 'allow';
    },
    // @ts-expect-error a step that says something else
    step: () => ({ tool: 'look' }),
  });
  const [call] = chat.waiting(conversation).approvals;
  // @ts-expect-error the field of another tool
  if (call?.name === 'look') void call.input.amount;
  // @ts-expect-error calls do not wait in this way
  void chat.waiting(conversation).decisions;
  const end = await chat.complete(conversation);
  // @ts-expect-error a pause has no reason
  void end.reason;
  if (end.type === 'paused') expectTypeOf(end.approvals).toEqualTypeOf<readonly string[]>();
});

test('a state has what belongs to it, and nothing else', () => {
  const call = createChat({ model, tools: { refund } }).waiting(conversation).approvals[0]!;
  if (call.state === 'deferred') expectTypeOf(call.until).toEqualTypeOf<number>();
  if (call.state === 'failed') expectTypeOf(call.outcome).toEqualTypeOf<'none' | 'unknown'>();
  // @ts-expect-error only who waits for a time has one
  if (call.state === 'running') void call.until;
  // @ts-expect-error a rejection has no outcome
  if (call.state === 'rejected') void call.outcome;
  // @ts-expect-error a state that does not exist
  void (call.state === 'pending');
});

test('decisions say what they need, and no more', async () => {
  const chat = createChat({ model, tools: { refund, look } });
  const decide = (decision: Decision<{ orderId: string; amount: number }, { receipt: string }>) =>
    chat.decide<'refund'>(conversation, 'c', decision, { by: 'ann' });
  void decide({ type: 'approve', notBefore: '2030-01-01T00:00:00Z' });
  void decide({ type: 'happened', output: { receipt: 'r' } });
  // @ts-expect-error a time is text, as on every wire
  void decide({ type: 'approve', notBefore: new Date() });
  // @ts-expect-error a snooze has an end
  void decide({ type: 'snooze' });
  // @ts-expect-error an answer has an output
  void decide({ type: 'answer' });
  // @ts-expect-error a reason is text
  void decide({ type: 'reject', reason: 7 });
  // @ts-expect-error what happened has the shape of the output
  void decide({ type: 'happened', output: { receipt: 7 } });
  // @ts-expect-error who decides is a name
  void chat.decide(conversation, 'c', { type: 'reject' }, { by: 7 });
  const answer = await decide({ type: 'run-again' });
  if (answer.type === 'already') expectTypeOf(answer.earlier.by).toEqualTypeOf<string | undefined>();
  if (answer.type === 'too-early') expectTypeOf(answer.until).toEqualTypeOf<number>();
  // @ts-expect-error only a refusal has a reason
  void answer.reason;
});

test('verdicts are words and data, of the right shape', () => {
  const policies: Policy<{ amount: number }>[] = [
    'allow',
    { ask: {} },
    { deny: 'no' },
    { defer: new Date() },
    { ask: { approvers: ['ann'], notBy: 'requester', decisions: ['approve'], expiresIn: 5, onExpire: 'keep' } },
    { ask: { onExpire: { escalate: { approvers: ['bob'] } } } },
    ({ amount }, { due, call, signal }) => (due && call.id && !signal.aborted && amount > 5 ? 'ask' : 'allow'),
    async ({ amount }) => (amount > 5 ? { ask: { reason: 'over 5' } } : 'allow'),
    async (): Promise<Verdict> => 'allow',
    // The compiler widens the only word of an async function, where the word might also come at once.
    // @ts-expect-error
    async () => 'allow',
    // @ts-expect-error a word that does not exist
    'approve',
    // @ts-expect-error a word that does not exist, from a function
    () => 'approve',
    // @ts-expect-error a denial has a reason
    { deny: true },
    // @ts-expect-error a time is a date or text
    { defer: 5_000 },
    // @ts-expect-error approvers are a list
    { ask: { approvers: 'ann' } },
    // @ts-expect-error of names
    { ask: { approvers: [7] } },
    // @ts-expect-error whoever is next is a list too
    { ask: { onExpire: { escalate: { approvers: 'bob' } } } },
    // @ts-expect-error there is no approval by itself
    { ask: { onExpire: 'approve' } },
    // @ts-expect-error a decision that does not exist
    { ask: { decisions: ['accept'] } },
    // @ts-expect-error only the requester can be barred
    { ask: { notBy: 'ann' } },
    // @ts-expect-error a field that the input does not have
    ({ sum }) => (sum > 5 ? 'ask' : 'allow'),
  ];
  void policies;
  // @ts-expect-error the policy of a chat is asked: it is no word
  createChat({ model, policy: 'allow' });
  // @ts-expect-error a scope has a policy
  scoped({ refund });
});

test('the output that was asked for has its type in the end', async () => {
  const chat = createChat({ model, tools: { look } });
  const output = z.object({ city: z.string() });
  const end = await chat.complete(conversation, { output });
  expectTypeOf(end.output).toEqualTypeOf<{ city: string } | undefined>();
  for await (const event of chat.stream(conversation, { output })) {
    if (event.type === 'done') expectTypeOf(event.output).toEqualTypeOf<{ city: string } | undefined>();
    // @ts-expect-error a field that the output does not have
    if (event.type === 'done') void event.output?.town;
  }
  // @ts-expect-error an output is a schema
  void chat.complete(conversation, { output: { city: 'string' } });
});

test('a commit gives nothing, what came first, or a refusal', () => {
  const chat = createChat({ model });
  void chat.stream(conversation, { commit: (events) => void events.length });
  void chat.stream(conversation, { commit: async () => [] });
  void chat.stream(conversation, { commit: () => ({ refused: [] }) });
  // @ts-expect-error a refusal names what came first
  void chat.stream(conversation, { commit: () => ({ refused: true }) });
  // @ts-expect-error a commit gives events
  void chat.stream(conversation, { commit: () => ['done'] });
});

test('calls that their provider runs stand beside ours, under the name of their tool, and take no edit and no answer', async () => {
  const chat = createChat({
    model,
    tools: { refund, github },
    policy: (call) => (call.name === 'refund' && call.input ? { ask: { reason: call.input.orderId } } : 'allow'),
    step: () => ({ tools: ['github'] }),
  });
  const [call] = chat.waiting(conversation).approvals;
  if (call?.name === 'refund') expectTypeOf(call.input.amount).toEqualTypeOf<number>();
  if (call?.name === 'github') expectTypeOf(call.input).toEqualTypeOf<unknown>();
  if (call?.name === 'github.delete') expectTypeOf(call.input).toEqualTypeOf<unknown>();
  // @ts-expect-error there is no such tool
  void (call?.name === 'gitlab');
  for await (const event of chat.stream(conversation)) {
    if (event.type !== 'tool') continue;
    if (event.call.name === 'github' && event.call.state === 'completed') {
      expectTypeOf(event.call.output).toEqualTypeOf<unknown>();
    }
    if (event.call.name === 'refund' && event.call.state === 'completed') {
      expectTypeOf(event.call.output).toEqualTypeOf<{ receipt: string }>();
    }
  }
  if (call?.name !== 'github' && call?.name !== 'github.delete') return;
  void chat.decide(conversation, call, { type: 'approve' });
  void chat.decide(conversation, call, { type: 'happened', output: 1 });
  // @ts-expect-error its provider runs it as it is
  void chat.decide(conversation, call, { type: 'approve', input: {} });
  // @ts-expect-error its provider answers
  void chat.decide(conversation, call, { type: 'answer', output: 1 });
});

test('tools of providers ask for no context, and may be put into a scope', () => {
  const chat = createChat({ model, tools: [{ refund }, scoped({ github }, 'allow')] });
  void chat.stream(conversation);
  const wanting = createChat({ model, tools: { mail, github } });
  // @ts-expect-error the context is missing
  void wanting.stream(conversation);
});
