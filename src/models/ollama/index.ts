import type { Model } from '../../chat/model.ts';
import type { ConnectionOptions } from '../connection.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { arrived, lateCode } from '../late-code.ts';
import { ollamaChat } from './chat.ts';
import { ollamaEmbedding } from './embedding.ts';
import type { InstalledModel, ServerOptions } from './installed.ts';
import type { PullProgress } from './pull.ts';

export type { ApiKey } from '../connection.ts';
export type { Embeddings, EmbeddingModel, EmbeddingUsage, EmbedOptions } from '../embedding.ts';
export type { InstalledModel, ServerOptions } from './installed.ts';
export type { PullProgress } from './pull.ts';

/** What every model of Ollama can be given. */
export interface OllamaOptions extends ConnectionOptions {}

/** The models of an Ollama server, and what it has of them. */
export interface Ollama {
  (model: string, options?: OllamaOptions): Model;
  /** A model that turns texts into vectors. */
  embedding(model: string, options?: OllamaOptions): EmbeddingModel;
  /** The models that the server has. */
  list(options?: ServerOptions): Promise<readonly InstalledModel[]>;
  /** Loads a model onto the server, and tells how far it is. */
  pull(model: string, options?: ServerOptions): AsyncGenerator<PullProgress, void>;
}

/**
 * The models of an Ollama server, on this machine unless `baseURL` says otherwise. With `https://ollama.com` as
 * `baseURL` the key is `apiKey`, or else `OLLAMA_API_KEY` in the environment; elsewhere none is needed.
 *
 * @example
 * const chat = createChat({ model: ollama('qwen3') });
 * for await (const { status, completed, total } of ollama.pull('qwen3')) console.log(status, completed, total);
 */
export const ollama: Ollama = Object.assign(
  (model: string, options: OllamaOptions = {}): Model => ollamaChat(model, options),
  {
    embedding: (model: string, options: OllamaOptions = {}) => ollamaEmbedding(model, options),
    list,
    pull,
  },
);

async function list(options: ServerOptions = {}): Promise<readonly InstalledModel[]> {
  const { listInstalled } = await arrived(installed, { what: 'Listing the models of ollama', signal: options.signal });
  return listInstalled(options);
}

async function* pull(model: string, options: ServerOptions = {}): AsyncGenerator<PullProgress, void> {
  const { pullModel } = await arrived(pulling, { what: `Pulling ${model} by ollama`, signal: options.signal });
  yield* pullModel(model, options);
}

const installed = lateCode(() => import('./installed.ts'));
const pulling = lateCode(() => import('./pull.ts'));
