import { Conversation, createChat, tool, ToolError } from 'yourcall';
import { scripted } from 'yourcall/testing';

const lost = (): never => {
  throw new Error('the connection broke');
};
const policy = 'allow';
const tools = {
  // Changes nothing: it fails, and the model may try again.
  weather: tool({ description: 'The weather', effect: 'read', run: lost }),
  // May be repeated with the same key, as long as the other side remembers keys.
  charge: tool({ description: 'Charge a card', effect: 'idempotent', keyLifetime: 60 * 60 * 1000, policy, run: lost }),
  // Must not be repeated: after this, further calls of `pay` in this conversation ask a person.
  pay: tool({ description: 'Pay', effect: 'once', policy, run: lost }),
  // Nothing said: never repeated by itself.
  order: tool({ description: 'Order', policy, run: lost }),
  // Its author's word that nothing took effect. Only this text goes to the model.
  ship: tool({
    description: 'Ship',
    effect: 'once',
    policy,
    run: () => {
      throw new ToolError('The warehouse is closed.');
    },
  }),
};

const model = scripted([{ calls: Object.keys(tools).map((name) => ({ name, input: {} })) }, 'None of it is certain.']);
// The cause stays here; the model and clients get an id.
const chat = createChat({ model, tools, onError: () => {} });
const conversation = new Conversation();
conversation.say('Do everything');
await chat.complete(conversation);

for (const part of conversation.messages[1]?.parts ?? []) {
  if (part.type === 'tool' && part.call.state === 'failed') console.log(part.call.name, part.call.outcome);
}
