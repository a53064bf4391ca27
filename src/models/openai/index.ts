import type { Model } from '../../chat/model.ts';
import type { ConnectionOptions } from '../connection.ts';
import { environmentVariable } from '../environment.ts';
import { chatCompletions } from './chat/index.ts';

export type { ApiKey } from '../connection.ts';

/** What every model of OpenAI can be given. */
export interface OpenAIOptions extends ConnectionOptions {}

/**
 * The models of OpenAI. The key is `apiKey`, or else `OPENAI_API_KEY` in the environment.
 *
 * @example
 * const chat = createChat({ model: openai.chat('gpt-5-mini') });
 */
export const openai: { chat(model: string, options?: OpenAIOptions): Model } = {
  chat(model, options = {}) {
    return chatCompletions({
      ...options,
      provider: 'openai',
      model,
      baseURL: options.baseURL ?? 'https://api.openai.com/v1',
      apiKey: options.apiKey ?? (() => environmentVariable('OPENAI_API_KEY')),
      keyVariable: 'OPENAI_API_KEY',
      quirks: { maxTokens: 'max_completion_tokens', brokenArguments: 'verbatim' },
    });
  },
};
