import { endpoint } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { embeddingModel } from '../embedding-wire.ts';
import type { EmbeddedBatch } from '../embedding-wire.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { serverOf } from './server.ts';

/** A model of an Ollama server that turns texts into vectors. */
export function ollamaEmbedding(model: string, options: ConnectionOptions): EmbeddingModel {
  const { baseURL, apiKey, keyVariable } = serverOf(options);
  return embeddingModel(
    {
      provider: 'ollama',
      model,
      keyVariable,
      url: endpoint(baseURL, '/api/embed'),
      // It embeds one value after the other, so more in one request gain nothing but a longer silence.
      limit: { values: 64 },
      body: (input, { dimensions, providerOptions }) => ({ model, input, dimensions, ...providerOptions?.['ollama'] }),
      read,
    },
    { ...options, apiKey },
  );
}

function read({ embeddings, prompt_eval_count: input }: Readonly<Record<string, unknown>>): EmbeddedBatch {
  const all: unknown[] = Array.isArray(embeddings) ? embeddings : [];
  // What the server calls vectors is taken for them.
  const vectors = all.filter((vector) => Array.isArray(vector)) as (readonly number[])[];
  return { vectors, ...(typeof input === 'number' && { input }) };
}
