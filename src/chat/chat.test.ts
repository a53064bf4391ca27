import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';

test('a turn with an approval: asked, approved, run, told', async () => {
  const ran: unknown[] = [];
  const refund = tool({
    description: 'Refund an order',
    input: z.object({ orderId: z.string(), amount: z.number() }),
    run: ({ orderId, amount }) => {
      ran.push([orderId, amount]);
      return { receipt: 'r-1' };
    },
  });
  const model = scripted([
    { text: 'Let me see.', calls: [{ name: 'refund', input: { orderId: 'A-17', amount: 60 } }] },
    'Refunded.',
  ]);
  const chat = createChat({ model, tools: { refund } });
  const conversation = new Conversation();
  conversation.say('Refund A-17');
  const events: ChatEvent[] = [];
  for await (const event of chat.stream(conversation)) events.push(event);
  console.log(events.map((e) => JSON.stringify(e)).join('\n'));
  const [call] = chat.waiting(conversation).approvals;
  expect((await chat.decide(conversation, call!, { type: 'approve' })).type).toBe('applied');
  expect((await chat.decide(conversation, call!, { type: 'approve' })).type).toBe('already');
  const saved = Conversation.parse(JSON.stringify(conversation));
  const more: ChatEvent[] = [];
  for await (const event of chat.stream(saved)) more.push(event);
  console.log(more.map((e) => JSON.stringify(e)).join('\n'));
  expect(ran).toEqual([['A-17', 60]]);
});
