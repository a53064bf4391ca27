import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../../conversation/conversation.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { tool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import type { ChatEvent } from '../../conversation/event.ts';

const refund = tool({
  description: 'R',
  input: z.object({ amount: z.number() }),
  output: z.object({ id: z.string() }),
  run: () => ({ id: '1' }),
});
const look = tool({ description: 'L', input: z.object({ q: z.string() }), effect: 'read', run: ({ q }) => q.length });
const mail = tool({
  description: 'M',
  input: z.object({ to: z.string() }),
  run: ({ to }, { context }: ToolContext<{ user: string }>) => to + context.user,
});
const chart = tool({
  description: 'M',
  input: z.object({ to: z.string() }),
  run: ({ to }, { context }: ToolContext<{ tenant: string }>) => to + context.tenant,
});
const model = scripted([]);
const conversation = new Conversation();

test('stop', () => {
  const chat = createChat({ model, tools: { refund, look } });
  const id = 'x';
  // @ts-expect-error the decision of another tool
  void chat.decide<'refund'>(conversation, id, { type: 'approve', input: { q: 'x' } });
  // @ts-expect-error an unknown setting
  createChat({ model, tools: { refund }, maxStep: 3 });
  // @ts-expect-error
  void chat.stream(conversation, { contxt: 1 });
  // @ts-expect-error
  void chat.stream({});
  // @ts-expect-error
  createChat({ tools: { refund } });
  // @ts-expect-error two names for one thing
  void createChat({ model, tools: [{ refund }, { refund: look }] }).waiting(conversation).approvals[0]!.input.amount;
});
test('contexts merge', () => {
  const chat = createChat({ model, tools: { mail, chart } });
  void chat.stream(conversation, { context: { user: 'a', tenant: 'b' } });
  // @ts-expect-error half
  void chat.stream(conversation, { context: { user: 'a' } });
  void chat.decide(conversation, 'x', { type: 'reject' }, { context: { user: 'a', tenant: 'b' } });
});
test('a policy alone wants a context', () => {
  const ask = tool({
    description: 'x',
    input: z.object({ a: z.number() }),
    policy: (_: { a: number }, { context }: { context: { admin: boolean } }) => (context.admin ? 'allow' : 'ask'),
    run: () => 1,
  });
  const chat = createChat({ model, tools: { ask } });
  // @ts-expect-error the context is missing
  void chat.stream(conversation);
});
test('no arguments', () => {
  const now = tool({
    description: 'x',
    run: (input) => {
      expectTypeOf(input).toEqualTypeOf<Record<string, never>>();
      return 1;
    },
  });
  void now;
  const async = tool({ description: 'x', run: async () => ({ a: 1 }) });
  const chat = createChat({ model, tools: { async } });
  const [call] = chat.waiting(conversation).approvals;
  void chat.decide(conversation, call!, { type: 'answer', output: { a: 2 } });
  // @ts-expect-error
  void chat.decide(conversation, call!, { type: 'answer', output: { a: 'x' } });
});
test('a stream of a typed chat is a stream of events', () => {
  const chat = createChat({ model, tools: { refund, look } });
  const f = async (stream: AsyncIterable<ChatEvent>) => {
    for await (const _ of stream);
  };
  void f(chat.stream(conversation));
});
test('a call of another chat', () => {
  const one = createChat({ model, tools: { refund } });
  const two = createChat({ model, tools: { look } });
  const call = two.waiting(conversation).approvals[0]!;
  // @ts-expect-error a call of a tool that this chat does not have
  void one.decide(conversation, call, { type: 'reject' });
});
