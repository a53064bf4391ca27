import type { Model } from '../../chat/model.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { environmentVariable } from '../environment.ts';
import { chatCompletions } from '../openai/chat/index.ts';
import type { ChatCompletionsOptions } from '../openai/chat/index.ts';
import { openaiEmbedding } from '../openai/embedding.ts';
import type { OpenAIEmbeddingOptions } from '../openai/embedding.ts';
import { responses } from '../openai/responses/index.ts';
import type { ResponsesOptions } from '../openai/responses/index.ts';
import { addressFor } from './address.ts';
import { presets } from './presets.ts';
import type { Preset, PresetName } from './presets.ts';

export { presets } from './presets.ts';
export type { Preset, PresetName } from './presets.ts';
export type { ApiKey } from '../connection.ts';
export type { Embeddings, EmbeddingModel, EmbeddingUsage, EmbedOptions } from '../embedding.ts';
export type { Quirks } from '../openai/chat/quirks.ts';
export type { ResponsesQuirks } from '../openai/responses/quirks.ts';

type Server =
  | { readonly provider: PresetName; readonly baseURL?: string }
  | { readonly provider: string; readonly baseURL: string };

/** A server that is known by its name, or any other by its address. */
export type CompatibleOptions = Omit<ChatCompletionsOptions, 'provider' | 'baseURL'> & Server;

/** The same for a model over Responses. */
export type CompatibleResponsesOptions = Omit<ResponsesOptions, 'provider' | 'baseURL'> & Server;

/** The same for an embedding model. */
export type CompatibleEmbeddingOptions = Omit<OpenAIEmbeddingOptions, 'provider' | 'baseURL' | 'batchSize'> &
  Server & {
    /** How many values one request takes. Default: 32, which every server takes. */
    readonly batchSize?: number;
  };

/** The models of servers that speak as OpenAI does. */
export interface Compatible {
  (options: CompatibleOptions): Model;
  /** A model over Responses: xAI, OpenRouter, DeepSeek, LM Studio, vLLM, llama.cpp and Ollama speak it too. */
  responses(options: CompatibleResponsesOptions): Model;
  /** A model that turns texts into vectors. */
  embedding(options: CompatibleEmbeddingOptions): EmbeddingModel;
}

/**
 * A model behind any server that speaks OpenAI's Chat Completions.
 * The key is `apiKey`, or else what the environment holds under the server's usual name.
 *
 * @example
 * const fast = compatible({ provider: 'groq', model: 'openai/gpt-oss-120b' });
 * const mine = compatible({ provider: 'mine', baseURL: 'http://localhost:9000/v1', model: 'qwen3' });
 * const vectors = compatible.embedding({ provider: 'ollama', model: 'nomic-embed-text' });
 */
export const compatible: Compatible = Object.assign(chat, { responses: overResponses, embedding });

function chat(options: CompatibleOptions): Model {
  const { quirks, ...server } = serverOf(options);
  return chatCompletions({ ...options, ...server, quirks: { ...quirks, ...options.quirks } });
}

/** What such servers keep is not known, nor what they demand: reasoning goes back as it came. */
function overResponses(options: CompatibleResponsesOptions): Model {
  const { quirks: _, ...server } = serverOf(options);
  const quirks = { reasoningBack: 'as-it-came', output: 'none', ...options.quirks } as const;
  return responses({ ...options, ...server, quirks });
}

function embedding(options: CompatibleEmbeddingOptions): EmbeddingModel {
  const { quirks: _, ...server } = serverOf(options);
  return openaiEmbedding({ batchSize: 32, ...options, ...server });
}

function serverOf(options: Server & Pick<ChatCompletionsOptions, 'model' | 'apiKey' | 'keyVariable' | 'keyHeader'>) {
  const { provider, model } = options;
  const preset: Preset | undefined = Object.hasOwn(presets, provider) ? presets[provider as PresetName] : undefined;
  const keyVariable = options.keyVariable ?? preset?.keyVariable;
  const isNeeded = options.keyVariable !== undefined || !preset?.keyIsOptional;
  return {
    // The type asks for it where there is no preset.
    baseURL: addressFor(options.baseURL ?? preset?.baseURL ?? '', provider, model),
    apiKey: options.apiKey ?? (keyVariable === undefined ? undefined : () => environmentVariable(keyVariable)),
    keyVariable: isNeeded ? keyVariable : undefined,
    keyHeader: options.keyHeader ?? preset?.keyHeader,
    quirks: preset?.quirks,
  };
}
