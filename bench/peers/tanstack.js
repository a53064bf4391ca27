import { chat, maxIterations, toolDefinition } from '@tanstack/ai';
import { openaiCompatible } from '@tanstack/ai-openai/compatible';
import { z } from 'zod';
import { toWire } from './messages.js';

export function create(baseURL) {
  const adapter = openaiCompatible({ name: 'bench', apiKey: 'x', baseURL, models: ['mock'] })('mock');
  return {
    prepare: (history) => history.map(toWire),
    stream: (messages, onText) => read(chat({ adapter, messages }), onText),
    loop(messages, { steps, execute, onText }) {
      const inputSchema = z.object({ q: z.string() });
      const noop = toolDefinition({ name: 'noop', description: 'does nothing', inputSchema }).server(execute);
      return read(chat({ adapter, messages, agentLoopStrategy: maxIterations(steps + 1), tools: [noop] }), onText);
    },
  };
}

async function read(events, onText) {
  for await (const event of events) {
    if (event.type === 'TEXT_MESSAGE_CONTENT') onText(event.delta);
    if (event.type === 'RUN_ERROR') throw new Error(JSON.stringify(event));
  }
}
