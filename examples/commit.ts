import { ChatError, Conversation, createChat, tool } from 'yourcall';
import type { ChatEvent, Commit } from 'yourcall';
import { scripted } from 'yourcall/testing';

/** A log of events; a table or a file in real life. Its second write fails. */
const log: string[] = [];
let writes = 0;
const commit: Commit = (events) => {
  writes += 1;
  if (writes === 2) throw new Error('the disk is full');
  log.push(...events.map((event) => JSON.stringify(event)));
};

/** A conversation is the fold of its events. */
function load(): Conversation {
  const conversation = new Conversation({ id: 'greenhouse' });
  for (const line of log) conversation.apply(JSON.parse(line) as ChatEvent);
  return conversation;
}

const water = tool({ description: 'Water', policy: 'allow', run: () => 'Watered.' });
const model = scripted([{ calls: [{ name: 'water', input: {} }] }, 'All is wet.'], { turnBy: 'answers' });
const chat = createChat({ model, tools: { water } });

let conversation = load();
conversation.say('Water the plants');
try {
  await chat.complete(conversation, { commit });
} catch (error) {
  console.log(error instanceof ChatError && error.code);
  // Whether it was stored nobody knows, and this object may be ahead of the log. Go on from what is stored.
  conversation = load();
}
console.log((await chat.complete(conversation, { commit })).text);
console.log(JSON.stringify(load()) === JSON.stringify(conversation));
