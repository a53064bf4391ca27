import { isObject } from '../../conversation/json.ts';
import { endpoint } from '../connection.ts';
import { embeddingModel } from '../embedding-wire.ts';
import type { EmbeddedBatch } from '../embedding-wire.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { connectionOf, pathOf } from './connection.ts';
import type { GoogleOptions } from './connection.ts';

/** An embedding model over `batchEmbedContents`: one request in the batch for each value. */
export function googleEmbedding(model: string, options: GoogleOptions = {}): EmbeddingModel {
  const { baseURL, keyVariable, keyHeaders, connection } = connectionOf(options);
  const path = pathOf(model);
  return embeddingModel(
    {
      provider: 'google',
      model,
      keyVariable,
      keyHeaders,
      url: endpoint(baseURL, `/${path}:batchEmbedContents`),
      limit: { values: 100 },
      body: (values, { dimensions, providerOptions }) => ({
        requests: values.map((text) => ({
          model: path,
          content: { parts: [{ text }] },
          outputDimensionality: dimensions,
          ...providerOptions?.['google'],
        })),
      }),
      read,
    },
    connection,
  );
}

function read({ embeddings, usageMetadata: usage }: Readonly<Record<string, unknown>>): EmbeddedBatch {
  const vectors = (Array.isArray(embeddings) ? embeddings : []).flatMap((one) =>
    // What the server calls a vector is taken for one.
    isObject(one) && Array.isArray(one['values']) ? [one['values'] as readonly number[]] : [],
  );
  const input = isObject(usage) ? usage['promptTokenCount'] : undefined;
  return { vectors, ...(typeof input === 'number' && { input }) };
}
