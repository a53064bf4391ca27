import { createChat, tool } from 'yourcall';
import { demo } from 'yourcall/demo';
import { z } from 'zod';

const refund = tool({
  description: 'Refund an order',
  input: z.object({ orderId: z.string(), amount: z.number() }),
  policy: ({ amount }) => (amount > 50 ? { ask: { reason: 'over 50' } } : 'allow'),
  run: ({ orderId, amount }) => `Refunded ${amount} for order ${orderId}.`,
});

export const chat = createChat({ model: demo(), tools: { refund } });
