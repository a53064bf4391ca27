import { createOpenAI } from '@ai-sdk/openai';
import { isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';
import { toWire } from './messages.js';

globalThis.AI_SDK_LOG_WARNINGS = false;

export function create(baseURL) {
  const model = createOpenAI({ apiKey: 'x', baseURL }).chat('mock');
  return {
    prepare: (history) => history.map(toWire),
    stream: (messages, onText) => read(streamText({ model, messages, maxRetries: 0 }), onText),
    loop(messages, { steps, execute, onText }) {
      const noop = tool({ description: 'does nothing', inputSchema: z.object({ q: z.string() }), execute });
      const stopWhen = isStepCount(steps + 1);
      return read(streamText({ model, messages, maxRetries: 0, stopWhen, tools: { noop } }), onText);
    },
  };
}

async function read({ stream }, onText) {
  for await (const part of stream) {
    if (part.type === 'text-delta') onText(part.text);
    if (part.type === 'error') throw part.error;
  }
}
