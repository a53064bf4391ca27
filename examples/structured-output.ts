import { Conversation, createChat } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const invoice = z.object({ from: z.string(), total: z.number() });

// Models give it by calling a tool that the chat adds; its arguments are the output.
const model = scripted([{ calls: [{ name: 'give_output', input: { from: 'Ann', total: 60 }, pieces: 3 }] }]);
const chat = createChat({ model });
const conversation = new Conversation();
conversation.say('Ann wants 60 for the garden. Make an invoice of it.');

for await (const event of chat.stream(conversation, { output: invoice })) {
  if (event.type === 'output') console.log('so far', event.output);
  // Validated and typed: { from: string; total: number }
  if (event.type === 'done') console.log('in the end', event.output?.from, event.output?.total.toFixed(2));
}
