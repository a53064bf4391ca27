// The SDK with a loop written by hand, as its users write it.
import OpenAI from 'openai';
import { toWire } from './messages.js';

const parameters = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
const noop = { type: 'function', function: { name: 'noop', description: 'does nothing', parameters } };

export function create(baseURL) {
  const { completions } = new OpenAI({ apiKey: 'x', baseURL, maxRetries: 0 }).chat;
  return {
    prepare: (history) => history.map(toWire),
    stream: (messages, onText) => ask(completions, { messages }, onText),
    async loop(given, { execute, onText }) {
      const messages = given.slice();
      for (;;) {
        const calls = await ask(completions, { messages, tools: [noop] }, onText);
        if (calls.length === 0) return;
        messages.push({ role: 'assistant', content: null, tool_calls: calls });
        const results = await Promise.all(calls.map((call) => execute(JSON.parse(call.function.arguments))));
        calls.forEach(({ id }, i) => messages.push({ role: 'tool', tool_call_id: id, content: results[i] }));
      }
    },
  };
}

async function ask(completions, given, onText) {
  const options = { model: 'mock', stream: true, stream_options: { include_usage: true }, ...given };
  const calls = [];
  for await (const { choices } of await completions.create(options)) {
    const delta = choices[0]?.delta;
    if (delta?.content) onText(delta.content);
    for (const { index, id, function: piece } of delta?.tool_calls ?? []) {
      const call = (calls[index] ??= { id, type: 'function', function: { name: piece.name, arguments: '' } });
      call.function.arguments += piece.arguments ?? '';
    }
  }
  return calls;
}
