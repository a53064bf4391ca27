// What any client must do at least: fetch, split the events, parse them. It keeps nothing and types nothing.
import { createParser } from 'eventsource-parser';

const parameters = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
const noop = { type: 'function', function: { name: 'noop', description: 'does nothing', parameters } };
const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };

export function create(baseURL) {
  const ask = (messages, onText, tools) => post(`${baseURL}/chat/completions`, { messages, onText, tools });
  return {
    prepare: (history) => history.map(({ role, text }) => ({ role, content: text })),
    stream: (messages, onText) => ask(messages, onText),
    async loop(given, { execute, onText }) {
      const messages = given.slice();
      for (;;) {
        const calls = await ask(messages, onText, [noop]);
        if (calls.length === 0) return;
        const results = await Promise.all(calls.map(({ text }) => execute(JSON.parse(text))));
        messages.push({ role: 'assistant', content: null, tool_calls: calls.map(toWire) });
        calls.forEach(({ id }, i) => messages.push({ role: 'tool', tool_call_id: id, content: results[i] }));
      }
    },
  };
}

async function post(url, { messages, onText, tools }) {
  const options = { model: 'mock', messages, stream: true, stream_options: { include_usage: true }, tools };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(options) });
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

function toWire({ id, name, text }) {
  return { id, type: 'function', function: { name, arguments: text } };
}
