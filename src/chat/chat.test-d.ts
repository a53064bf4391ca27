import { type } from 'arktype';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';
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
