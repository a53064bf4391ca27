import { createElement } from 'react';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { createClient } from '../client/client.ts';
import { scripted } from '../testing/scripted.ts';
import { ChatProvider, useChat, useClient, useDecision, useInbox } from './index.ts';

const refund = tool({
  description: 'Refund',
  input: z.object({ orderId: z.string(), amount: z.number() }),
  output: z.object({ receipt: z.string() }),
  run: ({ orderId }) => ({ receipt: orderId }),
});
const locate = tool({ description: 'Where the user is', input: z.object({}), output: z.object({ city: z.string() }) });
const chat = createChat({ model: scripted([]), tools: { refund, locate } });

test('calls and decisions of a thread are typed by the tools of the chat', () => {
  const { waiting, decide } = useChat<typeof chat>({ thread: 't' });
  const [call] = waiting.approvals;
  if (call?.name !== 'refund') return;
  expectTypeOf(call.input).toEqualTypeOf<{ orderId: string; amount: number }>();
  void decide(call, { type: 'approve', input: { orderId: 'a', amount: 1 } });
  // @ts-expect-error a field is missing
  void decide(call, { type: 'approve', input: { orderId: 'a' } });
  // @ts-expect-error there is no such tool
  void (call.name === 'repay');
});

test('a decision is typed by its call', () => {
  const [call] = useChat<typeof chat>({ thread: 't' }).waiting.approvals;
  if (call?.name !== 'refund') return;
  const { decide, offers } = useDecision({ thread: 't', call });
  void decide({ type: 'approve', input: { orderId: 'a', amount: 1 } });
  void decide({ type: 'answer', output: { receipt: 'r' } });
  // @ts-expect-error a field is missing
  void decide({ type: 'approve', input: { orderId: 'a' } });
  // @ts-expect-error an output of the wrong shape
  void decide({ type: 'answer', output: { receipt: 1 } });
  // @ts-expect-error a decision that does not exist
  void offers.includes('accept');
});

test('an item of an inbox is a shown call', () => {
  const [item] = useInbox<typeof chat>().items ?? [];
  if (!item || item.call.name !== 'refund') return;
  const { decide } = useDecision({ thread: item.thread, call: item.call });
  // @ts-expect-error an output of the wrong shape
  void decide({ type: 'answer', output: 'r' });
});

test('a provider takes a client of any chat, and gives it typed', () => {
  const client = createClient<typeof chat>({ url: '/api' });
  void createElement(ChatProvider, { client });
  expectTypeOf(useClient<typeof chat>()).toEqualTypeOf(client);
});

test('a view says where it stands', () => {
  const { status, connection } = useChat({ thread: 't' });
  expectTypeOf(status).toEqualTypeOf<'loading' | 'new' | 'working' | 'paused' | 'done' | 'failed'>();
  // @ts-expect-error a connection that does not exist
  void (connection === 'open');
});

test('tools of the page are typed by the tools of the chat', () => {
  void useChat<typeof chat>({ thread: 't', tools: { locate: () => ({ city: 'Ulm' }) } });
  void useChat<typeof chat>({ thread: 't', tools: { refund: async ({ orderId }) => ({ receipt: orderId }) } });
  // @ts-expect-error a result of the wrong shape
  void useChat<typeof chat>({ thread: 't', tools: { locate: () => 'Ulm' } });
  // @ts-expect-error there is no such tool
  void useChat<typeof chat>({ thread: 't', tools: { guess: () => 'Ulm' } });
  // Without a chat nothing is known of them.
  void useChat({ thread: 't', tools: { guess: (input, { signal }) => [input, signal.aborted] } });
});
