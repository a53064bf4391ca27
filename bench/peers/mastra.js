import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import { toWire } from './messages.js';

export function create(baseURL) {
  const model = createOpenAI({ apiKey: 'x', baseURL }).chat('mock');
  const agent = (tools) => new Agent({ id: 'bench', name: 'bench', instructions: 'x', model, maxRetries: 0, tools });
  const plain = agent({});
  return {
    prepare: (history) => history.map(toWire),
    stream: async (messages, onText) => read(await plain.stream(messages), onText),
    async loop(messages, { steps, execute, onText }) {
      const inputSchema = z.object({ q: z.string() });
      const noop = createTool({ id: 'noop', description: 'does nothing', inputSchema, execute });
      await read(await agent({ noop }).stream(messages, { maxSteps: steps + 1 }), onText);
    },
  };
}

async function read({ fullStream }, onText) {
  for await (const chunk of fullStream) {
    if (chunk.type === 'text-delta') onText(chunk.payload.text);
    if (chunk.type === 'error') throw chunk.payload.error;
  }
}
