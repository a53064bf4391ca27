import { createChat, tool } from 'yourcall';
import { z } from 'zod';
import { byWords } from './by-words.ts';
import type { Answers } from './by-words.ts';

/** What the shop of a test has done. */
export interface Done {
  readonly paid: { readonly amount: number; readonly to: string }[];
}

/** A chat of a shop: it looks up orders by itself, and pays money back when a person agrees. */
export function shopChat(answers: Answers): { readonly chat: unknown; readonly done: Done } {
  const done: Done = { paid: [] };
  const chat = createChat({
    model: byWords(answers),
    tools: {
      find_order: tool({
        description: 'Finds an order by its number.',
        input: z.object({ number: z.string() }),
        effect: 'read',
        run: ({ number }) => ({ number, total: 60, state: 'delivered' }),
      }),
      refund: tool({
        description: 'Pays money back.',
        input: z.object({ amount: z.number().max(100), to: z.string(), note: z.string().optional() }),
        effect: 'once',
        policy: { ask: { reason: 'Money leaves the shop.', risk: 'money' } },
        run: ({ amount, to }) => {
          done.paid.push({ amount, to });
          return { receipt: `R-${done.paid.length}` };
        },
      }),
    },
  });
  return { chat, done };
}

/** "refund": looks for the order, asks to pay, and says that it has. */
export const refund: Answers[string] = [
  { text: 'I look for the order.', calls: [{ name: 'find_order', input: { number: 'A-17' } }] },
  { calls: [{ name: 'refund', input: { amount: 60, to: 'ann@example.org' } }] },
  'The money is on its way.',
];
