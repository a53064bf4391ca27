// yourcall, as its README shows it: typed events, and the message kept.
import { Conversation, createChat, tool } from 'yourcall';
import { compatible } from 'yourcall/compatible';

const schema = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
const validate = (value) =>
  typeof value?.q === 'string' ? { value } : { issues: [{ message: 'is not text', path: ['q'] }] };
const input = { '~standard': { version: 1, vendor: 'bench', validate, jsonSchema: { input: () => schema } } };

export function create(baseURL, fetch) {
  const model = compatible({ provider: 'bench', baseURL, model: 'mock', apiKey: 'x', fetch });
  const plain = createChat({ model });
  let withTools;
  return {
    prepare: (history) => new Conversation({ messages: history.map(toMessage) }),
    /** The next turn of the same conversation. */
    again: (conversation) => conversation.say('go'),
    stream: (conversation, onText) => read(plain.stream(conversation), onText),
    loop(conversation, { steps, execute, onText }) {
      withTools ??= createChat({ model, tools: { noop: noop('read', execute) }, maxSteps: steps + 1 });
      return read(withTools.stream(conversation), onText);
    },
    /** What a store is handed in a turn that has to wait for a person. */
    async pause(conversation) {
      const batches = [];
      const chat = createChat({ model, tools: { noop: noop('once', () => 'never') } });
      const commit = (events) => void batches.push(events);
      await read(chat.stream(conversation, { commit }), () => {});
      return batches;
    },
  };
}

async function read(events, onText) {
  for await (const event of events) if (event.type === 'text') onText(event.delta);
}

function noop(effect, run) {
  return tool({ description: 'does nothing', input, effect, run });
}

function toMessage({ role, text }, i) {
  const message = { id: `m${i}`, role, at: 1, parts: [{ type: 'text', text }] };
  return role === 'assistant' ? { ...message, finish: 'stop' } : message;
}
