import { Conversation, createChat } from 'yourcall';
import { demo } from 'yourcall/demo';

const chat = createChat({ model: demo() });
const conversation = new Conversation();
conversation.say('Hello!');

for await (const event of chat.stream(conversation)) {
  if (event.type === 'text') process.stdout.write(event.delta);
  if (event.type === 'done') console.log(`\n(${event.usage.output} tokens)`);
}
