// The chat of the app. The browser imports its type, and nothing else.
import { createChat, tool } from 'yourcall';
import { defaultModel } from 'yourcall/demo';
import { z } from 'zod';

const orders = new Map([
  ['A-17', { status: 'delivered', amount: 60 }],
  ['A-18', { status: 'on its way', amount: 25 }],
]);

const find_order = tool({
  description: 'Find an order by its number, such as A-17',
  input: z.object({ order: z.string() }),
  effect: 'read',
  run: ({ order }) => orders.get(order) ?? 'There is no such order.',
});

const refund = tool({
  description: 'Refund an order',
  input: z.object({ order: z.string(), amount: z.number() }),
  effect: 'once',
  policy: ({ amount }) => ({ ask: { reason: `${amount} euros leave the shop`, risk: 'money' } }),
  run: ({ order, amount }) => `Refunded ${amount} euros for ${order}.`,
});

// Without `run`: the page answers it.
const local_time = tool({
  description: 'What time it is where the user is',
  input: z.object({}),
  output: z.object({ time: z.string() }),
  effect: 'read',
});

// A model whose key is in the environment, or one of this machine, or else the demo, which is rules and says so.
const { model } = await defaultModel();

export const chat = createChat({ model, tools: { find_order, refund, local_time } });
