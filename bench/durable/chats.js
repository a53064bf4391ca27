import { createChat, textOf, tool } from 'yourcall';
import { jsonSchema } from 'yourcall/json-schema';

/** A model in this process: it asks for a tool that waits for a person, and says a word about its result. */
const asking = {
  provider: 'bench',
  id: 'asks',
  async *stream({ messages }) {
    if (messages.at(-1).role === 'user') {
      yield { type: 'call', name: 'act', arguments: '{"q":"x"}' };
      yield { type: 'finish', reason: 'tool-calls' };
    } else {
      yield { type: 'text', delta: 'done' };
      yield { type: 'finish', reason: 'stop' };
    }
  },
};

const input = jsonSchema({ type: 'object', properties: { q: { type: 'string' } }, required: ['q'] });

/** Every word of the user leads to a call that somebody has to approve. */
export function shop(run = () => 'ok') {
  const act = tool({ description: 'acts', input, effect: 'once', policy: 'ask', run });
  return createChat({ model: asking, tools: { act } });
}

/** Every word of the user is answered by whatever `speak` makes of it, piece by piece. */
export function speaker(speak = () => []) {
  const model = {
    provider: 'bench',
    id: 'speaks',
    async *stream({ messages }) {
      const word = textOf(messages.findLast(({ role }) => role === 'user'));
      for await (const delta of speak(word)) yield { type: 'text', delta };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  return createChat({ model });
}
