import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { ProviderTool } from '../chat/provider-tool.ts';
import { tool } from '../chat/tool.ts';
import type { Message } from '../conversation/message.ts';
import { scripted } from '../testing/scripted.ts';
import { createClient } from './client.ts';

const refund = tool({
  description: 'Refund',
  input: z.object({ orderId: z.string(), amount: z.number() }),
  output: z.object({ receipt: z.string() }),
  run: ({ orderId }) => ({ receipt: orderId }),
});
const locate = tool({ description: 'Where the user is', input: z.object({}), output: z.object({ city: z.string() }) });
const github: ProviderTool = { provider: 'scripted', kind: 'mcp', options: {} };
const chat = createChat({ model: scripted([]), tools: { refund, locate, github } });

const client = createClient<typeof chat>({ url: '/api' });
const thread = client.thread('t');

test('calls are typed by the tools of the chat: in messages, and while they wait', () => {
  const { messages, waiting } = thread.getSnapshot();
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (part.type !== 'tool') continue;
    if (part.call.name === 'refund' && part.call.state === 'completed') {
      expectTypeOf(part.call.output).toEqualTypeOf<{ receipt: string }>();
      expectTypeOf(part.call.input).toEqualTypeOf<{ orderId: string; amount: number } | undefined>();
    }
    // @ts-expect-error there is no such tool
    void (part.call.name === 'repay');
  }
  const [call] = waiting.approvals;
  if (call?.name === 'refund') expectTypeOf(call.input).toEqualTypeOf<{ orderId: string; amount: number }>();
});

test('decisions are typed by the call', () => {
  const [call] = thread.getSnapshot().waiting.approvals;
  if (call?.name === 'refund') {
    void thread.decide(call, { type: 'approve', input: { orderId: 'a', amount: 1 } });
    void thread.decide(call.id, { type: 'reject' });
    // @ts-expect-error a field is missing
    void thread.decide(call, { type: 'approve', input: { orderId: 'a' } });
    // @ts-expect-error an output of the wrong shape
    void thread.decide(call, { type: 'answer', output: { receipt: 1 } });
    // @ts-expect-error a decision that does not exist
    void thread.decide(call, { type: 'accept' });
  }
  const [asked] = thread.getSnapshot().waiting.external;
  if (asked?.name === 'locate') {
    void thread.decide(asked, { type: 'answer', output: { city: 'Ulm' } });
    // @ts-expect-error an output of the wrong shape
    void thread.decide(asked, { type: 'answer', output: 'Ulm' });
  }
  // @ts-expect-error its provider runs it as it is
  if (call?.name === 'github') void thread.decide(call, { type: 'approve', input: {} });
});

test('what waits in an inbox is typed too', () => {
  const inbox = client.inbox();
  for (const item of inbox.getSnapshot().items ?? []) {
    if (item.call.name === 'refund') expectTypeOf(item.call.input.amount).toEqualTypeOf<number>();
    void inbox.decide(item, { type: 'reject', reason: 'no' });
    // @ts-expect-error a decision that does not exist
    void inbox.decide(item, { type: 'accept' });
  }
});

test('without a chat nothing is known of calls, and everything may be decided', () => {
  const some = createClient({ url: '/api' }).thread('t');
  const [call] = some.getSnapshot().waiting.approvals;
  expectTypeOf(call!.name).toEqualTypeOf<string>();
  expectTypeOf(call!.input).toEqualTypeOf<unknown>();
  void some.decide(call!, { type: 'approve', input: { amount: 1 } });
  void some.decide(call!, { type: 'answer', output: 1 });
  // @ts-expect-error a decision that does not exist
  void some.decide(call!, { type: 'accept' });
});

test('a view says where it stands', () => {
  const { status, messages, error } = thread.getSnapshot();
  // @ts-expect-error a status that does not exist
  void (status === 'open');
  expectTypeOf(error?.retryAfter).toEqualTypeOf<number | undefined>();
  const [message] = messages;
  if (message?.pending?.state === 'failed') expectTypeOf(message.pending.error.code).toExtend<string>();
  // @ts-expect-error a snapshot is not written to
  messages.push(message!);
});

test('a message of a view is a message', () => {
  expectTypeOf(thread.getSnapshot().messages).toExtend<readonly Message[]>();
  expectTypeOf(createClient({ url: '/api' }).thread('t').getSnapshot().messages).toExtend<readonly Message[]>();
});
