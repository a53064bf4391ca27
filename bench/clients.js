// The floor, and yourcall: each gets words and a history, and hands over every piece of text.
import { createParser } from 'eventsource-parser';
import { Conversation, createChat, tool } from 'yourcall';
import { compatible } from 'yourcall/compatible';
import { nodeFetch } from 'yourcall/node';

const noopSchema = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };

/** What any client must do at least: fetch, split the events, parse them. It keeps nothing. */
export function floor(baseURL) {
  async function post(messages, onText, tools) {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
    const body = JSON.stringify({
      model: 'mock',
      messages,
      stream: true,
      stream_options: { include_usage: true },
      tools,
    });
    const response = await fetch(`${baseURL}/chat/completions`, { method: 'POST', headers, body });
    const calls = [];
    const onEvent = ({ data }) => {
      if (data === '[DONE]') return;
      const delta = JSON.parse(data).choices[0]?.delta;
      if (delta?.content) onText(delta.content);
      for (const piece of delta?.tool_calls ?? []) {
        const call = (calls[piece.index] ??= { id: piece.id, name: piece.function.name, text: '' });
        call.text += piece.function.arguments;
      }
    };
    const parser = createParser({ onEvent });
    const decoder = new TextDecoder();
    for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
    return calls;
  }
  const tools = [{ type: 'function', function: { name: 'noop', description: 'does nothing', parameters: noopSchema } }];
  return {
    prepare: (history) => history.map(({ role, text }) => ({ role, content: text })),
    stream: (messages, onText) => post(messages, onText),
    /** The next turn of the same conversation. */
    again: (messages) =>
      void messages.push({ role: 'assistant', content: 'lorem ipsum' }, { role: 'user', content: 'go' }),
    async loop(messages, onText) {
      const calls = await post(messages, onText, tools);
      const results = await Promise.all(calls.map(async ({ text }) => JSON.parse(text).q));
      const toolCalls = calls.map(({ id, name, text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      }));
      const answers = calls.map(({ id }, i) => ({ role: 'tool', tool_call_id: id, content: results[i] }));
      await post([...messages, { role: 'assistant', content: null, tool_calls: toolCalls }, ...answers], onText, tools);
    },
  };
}

/** yourcall over `node:http`. */
export function overNode(baseURL) {
  return yourcall(baseURL, nodeFetch);
}

/** yourcall, as its README shows it: typed events, and the message kept. */
export function yourcall(baseURL, fetch) {
  const model = compatible({ provider: 'bench', baseURL, model: 'mock', apiKey: 'x', fetch });
  const validate = (value) =>
    typeof value?.q === 'string' ? { value } : { issues: [{ message: 'is not text', path: ['q'] }] };
  const input = { '~standard': { version: 1, vendor: 'bench', validate, jsonSchema: { input: () => noopSchema } } };
  const noop = tool({ description: 'does nothing', input, effect: 'read', run: async ({ q }) => q });
  const plain = createChat({ model });
  const withTools = createChat({ model, tools: { noop } });
  const run = async (chat, conversation, onText) => {
    for await (const event of chat.stream(conversation)) if (event.type === 'text') onText(event.delta);
  };
  return {
    prepare(history) {
      const messages = history.map(({ role, text }, i) => ({
        id: `m${i}`,
        role,
        at: 1,
        parts: [{ type: 'text', text }],
        ...(role === 'assistant' && { finish: 'stop' }),
      }));
      return { messages, conversation: new Conversation({ messages }) };
    },
    stream: (prepared, onText) => run(plain, prepared.conversation, onText),
    loop: (prepared, onText) => run(withTools, prepared.conversation, onText),
    /** The next turn of the same conversation. */
    again: ({ conversation }) => void conversation.say('go'),
  };
}
