import { Conversation, createChat, keepLast, tool } from 'yourcall';
import { scripted } from 'yourcall/testing';
import { z } from 'zod';

const look = tool({
  description: 'Look something up',
  input: z.object({ word: z.string() }),
  effect: 'read',
  run: ({ word }) => `${word} means "call of a bird".`,
});

const clever = scripted([{ calls: [{ name: 'look', input: { word: 'cuckoo' } }] }]);
const quick = scripted(['It is the call of a bird.']);

const chat = createChat({
  model: clever,
  tools: { look },
  // Asked before each model call: a clever model plans, a quick one that sees only the end of the talk writes the answer.
  step: ({ number }) => (number === 1 ? {} : { model: quick, tools: [], view: keepLast(1) }),
});

const conversation = new Conversation();
conversation.say('Good morning');
conversation.say('What is a cuckoo?');
console.log((await chat.complete(conversation)).text);

console.log(clever.heard[0]);
// A view never parts a call from its result, and begins with a word of the user.
console.log(quick.heard[0]);
