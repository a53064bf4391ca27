import { Conversation, createChat, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

// Without `run` somebody else executes it: a browser, a webhook, a colleague with a thermometer.
const measure = tool({
  description: 'Measure the temperature in the greenhouse',
  output: z.object({ celsius: z.number() }),
  policy: 'allow',
  expiresIn: 60 * 60 * 1000,
});

const chat = createChat({
  model: scripted([{ calls: [{ name: 'measure', input: {} }] }, 'It has 21 degrees.']),
  tools: { measure },
});
const conversation = new Conversation();
conversation.say('How warm is it?');
await chat.complete(conversation);

for (const call of chat.waiting(conversation).external) {
  // The result is checked against `output`; a wrong one changes nothing. Untyped, as it comes in over HTTP.
  const wrong = await chat.decide(conversation, call.id, { type: 'answer', output: JSON.parse('{"celsius":"warm"}') });
  console.log(wrong.type, wrong.type === 'invalid' && wrong.issues[0]?.path);
  console.log((await chat.decide(conversation, call, { type: 'answer', output: { celsius: 21 } })).type);
}
console.log((await chat.complete(conversation)).text);
