import { expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import type { Model, Settings } from '../chat/model.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { Fetch } from '../wire/http.ts';
import { fromAiSdk } from './ai-sdk/index.ts';
import type { AiSdkModel } from './ai-sdk/index.ts';
import { anthropic } from './anthropic/index.ts';
import { google } from './google/index.ts';
import { ollama } from './ollama/index.ts';
import { openai } from './openai/index.ts';

const makers: Readonly<Record<string, (sent: () => never) => Model>> = {
  openai: (fetch: Fetch) => openai('gpt-5', { apiKey: 'k', fetch }),
  'openai.chat': (fetch: Fetch) => openai.chat('m', { apiKey: 'k', fetch }),
  anthropic: (fetch: Fetch) => anthropic('claude-haiku-5-5', { apiKey: 'k', fetch }),
  google: (fetch: Fetch) => google('gemini-2.5-flash', { apiKey: 'k', fetch }),
  ollama: (fetch: Fetch) => ollama('m', { fetch }),
  'the AI SDK': (doStream) =>
    fromAiSdk({ specificationVersion: 'v4', provider: 'p', modelId: 'm', doStream } as unknown as AiSdkModel),
};

const odd: readonly (readonly [string, Settings<never>])[] = [
  ['temperature', { temperature: Number.NaN }],
  ['maxOutputTokens', { maxOutputTokens: Infinity }],
  ['reasoning: budget', { reasoning: { budget: -Infinity } }],
  ['providerOptions: top_a', { providerOptions: { openai: { top_a: Number.NaN } } }],
];

test.each(Object.keys(makers))(
  'a setting that JSON has no word for is refused by its name before %s is asked',
  async (name) => {
    const model = makers[name]!(() => {
      throw new Error('it was sent');
    });
    for (const [setting, settings] of odd) {
      const refused = { code: 'invalid-request', message: expect.stringContaining(`the setting \`${setting}\` is `) };
      const runs = [
        createChat({ model, settings }).complete(hello()),
        createChat({ model }).complete(hello(), { settings }),
        createChat({ model, step: () => ({ settings }) }).complete(hello()),
      ];
      for (const run of runs) await expect(run).rejects.toMatchObject(refused);
    }
  },
);

function hello(): Conversation {
  const conversation = new Conversation();
  conversation.say('Hi');
  return conversation;
}
