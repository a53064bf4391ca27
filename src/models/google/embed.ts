import { isObject } from '../../conversation/json.ts';
import { endpoint } from '../connection.ts';
import { embedding } from '../embedding-wire.ts';
import type { EmbeddedBatch } from '../embedding-wire.ts';
import type { Embed } from '../embedding.ts';
import { connectionOf, pathOf } from './connection.ts';
import type { GoogleOptions } from './connection.ts';

/** Embeds over `batchEmbedContents`: one request in the batch for each value. */
export function googleEmbed(model: string, options: GoogleOptions): Embed {
  const { baseURL, keyVariable, keyHeaders, connection } = connectionOf(options);
  const path = pathOf(model);
  return embedding(
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
