import { createChat, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const refund = tool({
  description: 'Refund an order',
  input: z.object({ order: z.string(), amount: z.number() }),
  effect: 'once',
  run: ({ amount }) => `Refunded ${amount}.`,
});
// Without `run`: the page answers it.
const locate = tool({
  description: 'Where the user is',
  input: z.object({}),
  output: z.object({ city: z.string() }),
  effect: 'read',
});

const model = scripted([
  { calls: [{ name: 'locate', input: {} }] },
  { calls: [{ name: 'refund', input: { order: 'A-17', amount: 60 } }] },
  'It is on its way to Ulm.',
]);

/** The chat of a server, of which a page imports the type. */
export const chat = createChat({ model, tools: { refund, locate } });
