import { Conversation, createChat } from 'yourcall';
import { scripted, transcript } from 'yourcall/testing';

const model = scripted(['Once upon a time there was a king who had three daughters.', 'The king had three daughters.']);
const chat = createChat({ model });
const conversation = new Conversation();
conversation.say('Tell me a story');

for await (const event of chat.stream(conversation)) {
  // `queue`, the default, would wait for the end of the answer; `supersede` would also cancel calls that have not started.
  if (event.type === 'text' && event.delta.startsWith('time')) conversation.say('Shorter!', { while: 'interrupt' });
  if (event.type === 'reset') console.log(event.keep ? 'what came is kept' : 'what came is removed');
}
// What was cut stays, marked `interrupted`; nothing that was said is lost.
console.log(transcript(conversation.messages));
