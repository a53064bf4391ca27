import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError, Conversation, createChat, textOf, tool } from 'yourcall';
import type { ToolContext } from 'yourcall';
import { scripted } from 'yourcall/testing';

/** Who is signed in, as the program knows it. */
interface Session {
  readonly user: string;
}

const orders = tool({
  description: 'List the orders of whoever asks',
  effect: 'read',
  // What this tool wants to be told: a run that does not bring it does not compile.
  run: (_input, { context }: ToolContext<Session>) => `${context.user} has ordered A-17 and A-18.`,
});

const listOrders = { calls: [{ name: 'orders', input: {} }] };
const model = scripted([listOrders, 'Two orders.', listOrders, 'A bicycle.', listOrders, 'Two.']);

const chat = createChat({
  model,
  tools: { orders },
  // A text, or a function of the context that is asked before each model call.
  instructions: ({ user }) => `You help ${user}. Be brief.`,
  settings: { temperature: 0.2, maxOutputTokens: 500, stop: ['---'], seed: 7 },
});

const context: Session = { user: 'Ann' };
const conversation = new Conversation();
conversation.say('What have I ordered?');

const end = await chat.complete(conversation, { context, settings: { temperature: 0 } });
if (end.type === 'done') console.log(end.text, end.finish, `${end.steps} steps`, end.usage.input, end.usage.output);
console.log(model.requests[0]?.instructions, model.requests[0]?.settings.temperature);

const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
conversation.say([
  { type: 'text', text: 'Is it one of these?' },
  { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://shop.example/bicycle.png' } },
  { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: Buffer.from(bytes).toString('base64') } },
]);

// The first answer has to be a call, and only that one: a demand that is made of the run holds for each of its model calls.
const asked = createChat({
  model,
  tools: { orders },
  step: ({ number }) => (number === 1 ? { toolChoice: { tool: 'orders' } } : {}),
});
console.log((await asked.complete(conversation, { context })).text);

conversation.say('How many, again?');
const limited = await chat.complete(conversation, { context, maxSteps: 1 });
console.log(limited.type === 'done' && limited.finish);
// As many steps again, from where it stands.
console.log((await chat.complete(conversation, { context, continue: true })).text);

conversation.say('And in words?');
const stop = new AbortController();
const slow = createChat({ model: scripted([{ text: 'As I have said: two.', delay: 20 }]) });
try {
  for await (const event of slow.stream(conversation, { signal: stop.signal })) {
    if (event.type === 'text') stop.abort(new Error('Ann has left'));
  }
} catch (error) {
  // What is thrown is the reason of the signal, and what had come is kept.
  const last = conversation.messages.at(-1);
  console.log((error as Error).message, last && textOf(last).trim(), last?.interrupted);
}

const noAnswer = scripted([{ error: new ChatError('rate-limit', 'Too many requests.', { retryable: true }) }]);
conversation.say('Hello?');
try {
  await createChat({ model: noAnswer, retry: () => false }).complete(conversation);
} catch (error) {
  if (!(error instanceof ChatError)) throw error;
  console.log(error.code, error.message, error.retryable);
  // The word stands in the conversation: asked again, nothing has to be said again.
  if (error.retryable) await sleep(error.retryAfter ?? 10);
  console.log((await createChat({ model: scripted(['Here I am.']) }).complete(conversation)).text);
}
