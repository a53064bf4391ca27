import { Conversation, createChat, textOf } from 'yourcall';
import type { Model } from 'yourcall';

const echo: Model = {
  provider: 'example',
  id: 'echo',
  async *stream({ messages }) {
    yield { type: 'text', delta: `You said: ${textOf(messages.at(-1)!)}` };
    yield { type: 'finish', reason: 'stop' };
  },
};

const conversation = new Conversation();
conversation.say('Hello!');
console.log((await createChat({ model: echo }).complete(conversation)).text);
