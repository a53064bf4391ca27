import type { Model } from '../../src/chat/model.ts';
import type { Message } from '../../src/conversation/message.ts';
import { anthropicMessages } from '../../src/models/anthropic/index.ts';
import { generateContent } from '../../src/models/google/model.ts';
import { ollama } from '../../src/models/ollama/index.ts';
import { chatCompletions } from '../../src/models/openai/chat/index.ts';
import { responses } from '../../src/models/openai/responses/index.ts';
import type { Fetch } from '../../src/wire/http.ts';
import { checkMessages } from './check/anthropic-messages.ts';
import type { Members } from './check/common.ts';
import { checkGemini } from './check/gemini.ts';
import { checkOllama } from './check/ollama-native.ts';
import { checkChat } from './check/openai-chat.ts';
import { checkResponses } from './check/openai-responses.ts';
import type { Speak } from './said.ts';
import { speakMessages } from './speak/anthropic-messages.ts';
import { speakGemini } from './speak/gemini.ts';
import { speakOllama } from './speak/ollama-native.ts';
import { speakChat } from './speak/openai-chat.ts';
import { speakResponses } from './speak/openai-responses.ts';

/** A wire, as conversations begin and go on there. */
export interface ConversionWire {
  /** Two models: one with which conversations begin, and another, of another provider where the wire has several. */
  readonly models: Readonly<Record<'home' | 'away', (fetch: Fetch) => Model>>;
  readonly speak: Speak;
  /** What it wants back of what it signed in the conversation. */
  readonly signs: readonly string[];
  /** What is wrong with a request, beside what its types say. */
  readonly check: (body: Members, messages: readonly Message[]) => readonly string[];
}

const url = { baseURL: 'http://wire', apiKey: 'no key' } as const;
const home = { ...url, provider: 'home' } as const;
const away = { ...url, provider: 'away' } as const;

/** Every wire, by its name. */
export const conversionWires: Readonly<Record<string, ConversionWire>> = {
  'openai-chat': {
    models: {
      home: (fetch) => chatCompletions({ ...home, model: 'gpt-test', fetch }),
      away: (fetch) => chatCompletions({ ...away, model: 'gpt-away', fetch }),
    },
    speak: speakChat,
    signs: ['call', 'second call'],
    check: checkChat,
  },
  'openai-responses': {
    models: {
      home: (fetch) => responses({ ...home, model: 'gpt-test', fetch }),
      away: (fetch) => responses({ ...away, model: 'gpt-away', fetch }),
    },
    speak: speakResponses,
    signs: ['thought', 'search thought'],
    check: checkResponses,
  },
  'anthropic-messages': {
    models: {
      home: (fetch) => anthropicMessages({ ...home, model: 'claude-sonnet-4-6', fetch }),
      away: (fetch) => anthropicMessages({ ...away, model: 'claude-haiku-4-5', fetch }),
    },
    speak: speakMessages,
    signs: ['thought', 'search thought', 'search'],
    check: checkMessages,
  },
  gemini: {
    models: {
      home: (fetch) => generateContent('gemini-3-pro', { ...url, fetch }),
      away: (fetch) => generateContent('gemini-3.1-flash', { ...url, fetch }),
    },
    speak: speakGemini,
    signs: ['thought', 'call', 'second call', 'search thought', 'search'],
    check: checkGemini,
  },
  'ollama-native': {
    models: {
      home: (fetch) => ollama('llama-test', { ...url, fetch }),
      away: (fetch) => ollama('llama-away', { ...url, fetch }),
    },
    speak: speakOllama,
    signs: [],
    check: checkOllama,
  },
};
