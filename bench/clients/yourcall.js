// yourcall, as its README shows it: typed events, and the message kept.
import { Conversation, createChat, tool } from 'yourcall';

const schema = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
const validate = (value) =>
  typeof value?.q === 'string' ? { value } : { issues: [{ message: 'is not text', path: ['q'] }] };
const input = { '~standard': { version: 1, vendor: 'bench', validate, jsonSchema: { input: () => schema } } };

/** Its model of each wire, as a user makes it. Only the one that is measured is loaded. */
const models = {
  async chat() {
    const { compatible } = await import('yourcall/compatible');
    return (options) => compatible({ provider: 'bench', model: 'mock', ...options });
  },
  async responses() {
    const { openai } = await import('yourcall/openai');
    return (options) => openai('mock', options);
  },
  async anthropic() {
    const { anthropic } = await import('yourcall/anthropic');
    return (options) => anthropic('claude-sonnet-5', options);
  },
};

/** The client as it speaks a wire. */
export async function over(wire, fetch) {
  const modelAt = await models[wire]();
  return (baseURL) => create(modelAt({ baseURL, apiKey: 'x', fetch }));
}

function create(model) {
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
