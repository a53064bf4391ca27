import { Conversation, createChat, tool } from 'yourcall';
import { jsonSchema } from 'yourcall/json-schema';
import { scripted } from 'yourcall/testing';

// From a file, a database, another system. The type parameter is your word for it.
const input = jsonSchema<{ to: string; copies?: string[] }>({
  type: 'object',
  properties: {
    to: { $ref: '#/$defs/address' },
    copies: { type: 'array', items: { $ref: '#/$defs/address' } },
  },
  required: ['to'],
  $defs: { address: { type: 'string', format: 'email' } },
});

const mail = tool({ description: 'Send a mail', input, policy: 'allow', run: ({ to }) => `Sent to ${to}.` });

const model = scripted([
  { calls: [{ name: 'mail', input: { to: 'ann@example.com', copies: ['bob'] } }] },
  { calls: [{ name: 'mail', input: { to: 'ann@example.com' } }] },
  'Sent.',
]);
const conversation = new Conversation();
conversation.say('Write to Ann');
await createChat({ model, tools: { mail } }).complete(conversation);
console.log(model.heard.at(-1));
