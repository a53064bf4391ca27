import type { Model } from '../../chat/model.ts';
import type { ConnectionOptions } from '../connection.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { environmentVariable } from '../environment.ts';
import { chatCompletions } from './chat/index.ts';
import { openaiEmbedding } from './embedding.ts';
import { takesSchema, thinks } from './family.ts';
import { openaiTools } from './provider-tools.ts';
import type { OpenAITools } from './provider-tools.ts';
import { responses } from './responses/index.ts';

export type { ApiKey } from '../connection.ts';
export type { Embeddings, EmbeddingModel, EmbeddingUsage, EmbedOptions } from '../embedding.ts';

/** What every model of OpenAI can be given. */
export interface OpenAIOptions extends ConnectionOptions {}

/** The models of OpenAI, and the tools that run there. */
export interface OpenAI extends OpenAITools {
  /** A model over Responses. */
  (model: string, options?: OpenAIOptions): Model;
  /** A model over Chat Completions. */
  chat(model: string, options?: OpenAIOptions): Model;
  /** A model that turns texts into vectors. */
  embedding(model: string, options?: OpenAIOptions): EmbeddingModel;
}

/**
 * The models of OpenAI. The key is `apiKey`, or else `OPENAI_API_KEY` in the environment.
 *
 * @example
 * const chat = createChat({ model: openai('gpt-5-mini') });
 */
export const openai: OpenAI = Object.assign(
  (model: string, options?: OpenAIOptions): Model =>
    responses({
      ...connection(model, options),
      quirks: {
        brokenArguments: 'verbatim',
        ...(!thinks(model) && { thinks: false }),
        ...(!takesSchema(model) && { output: 'none' }),
      },
    }),
  {
    chat(model: string, options?: OpenAIOptions): Model {
      return chatCompletions({
        ...connection(model, options),
        quirks: {
          maxTokens: 'max_completion_tokens',
          brokenArguments: 'verbatim',
          output: takesSchema(model) ? 'always' : 'none',
        },
      });
    },
    embedding(model: string, options?: OpenAIOptions): EmbeddingModel {
      return openaiEmbedding({ ...connection(model, options), batchSize: 2048, isCompact: true });
    },
  },
  openaiTools,
);

function connection(model: string, options: OpenAIOptions = {}) {
  return {
    ...options,
    provider: 'openai',
    model,
    baseURL: options.baseURL ?? 'https://api.openai.com/v1',
    apiKey: options.apiKey ?? (() => environmentVariable('OPENAI_API_KEY')),
    keyVariable: 'OPENAI_API_KEY',
  };
}
