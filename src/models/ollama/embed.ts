import { endpoint } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { embedding } from '../embedding-wire.ts';
import type { EmbeddedBatch } from '../embedding-wire.ts';
import type { Embed } from '../embedding.ts';
import { serverOf } from './server.ts';

/** Embeds over an Ollama server. */
export function ollamaEmbed(model: string, options: ConnectionOptions): Embed {
  const { baseURL, apiKey, keyVariable } = serverOf(options);
  return embedding(
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
