import type { Model } from '../../src/chat/model.ts';
import { anthropicMessages } from '../../src/models/anthropic/index.ts';
import { generateContent } from '../../src/models/google/model.ts';
import { ollama } from '../../src/models/ollama/index.ts';
import { chatCompletions } from '../../src/models/openai/chat/index.ts';
import { responses } from '../../src/models/openai/responses/index.ts';
import type { Fetch } from '../../src/wire/http.ts';

const recorded = { provider: 'recorded', model: 'recorded', baseURL: 'http://recorded' } as const;

/** A model of each wire, by the name of its recordings. */
export const wires: Readonly<Record<string, (fetch: Fetch) => Model>> = {
  'openai-chat': (fetch) => chatCompletions({ ...recorded, fetch }),
  'openai-responses': (fetch) => responses({ ...recorded, fetch }),
  'anthropic-messages': (fetch) => anthropicMessages({ ...recorded, fetch }),
  gemini: (fetch) => generateContent('recorded', { apiKey: 'no key', baseURL: recorded.baseURL, fetch }),
  'ollama-native': (fetch) => ollama('recorded', { baseURL: recorded.baseURL, fetch }),
};
