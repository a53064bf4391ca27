import { Conversation, createChat } from 'yourcall';
import { fromAiSdk } from 'yourcall/ai-sdk';
import type { AiSdkModel } from 'yourcall/ai-sdk';

// What `mistral('mistral-large-latest')` of `@ai-sdk/mistral` and its like give; here one that is written by hand.
const polite: AiSdkModel = {
  specificationVersion: 'v4',
  provider: 'polite.chat',
  modelId: 'polite-1',
  doStream: async () => ({
    stream: new ReadableStream({
      start(controller) {
        controller.enqueue({ type: 'text-start', id: '0' });
        controller.enqueue({ type: 'text-delta', id: '0', delta: 'Good morning!' });
        controller.enqueue({ type: 'text-end', id: '0' });
        controller.enqueue({ type: 'finish', finishReason: { unified: 'stop' } });
        controller.close();
      },
    }),
  }),
};

const chat = createChat({ model: fromAiSdk(polite) });
const conversation = new Conversation();
conversation.say('Hello');
console.log((await chat.complete(conversation)).text);
