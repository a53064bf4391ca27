import { isObject } from '../../conversation/json.ts';
import { embedding } from '../embedding-wire.ts';
import type { EmbeddedBatch } from '../embedding-wire.ts';
import type { Embed } from '../embedding.ts';
import { addressOf } from './server.ts';
import type { ServerOptions } from './server.ts';

/** An embedding model behind a server that speaks as OpenAI does. */
export interface OpenAIEmbeddingOptions extends ServerOptions {
  /** How many values one request takes. */
  readonly batchSize: number;
  /** Whether vectors are asked for as base64, which is a quarter of the bytes. */
  readonly isCompact?: boolean;
}

/** Embeds over the wire that most servers share. */
export function openaiEmbed(options: OpenAIEmbeddingOptions): Embed {
  const { provider, model, batchSize, isCompact } = options;
  return embedding(
    {
      ...addressOf(options, '/embeddings'),
      // OpenAI takes 300,000 tokens in one request, and a token has hardly ever less than one character.
      limit: { values: batchSize, characters: 300_000 },
      body: (input, { dimensions, providerOptions }) => ({
        model,
        input,
        dimensions,
        encoding_format: isCompact ? 'base64' : undefined,
        ...providerOptions?.[provider],
      }),
      read,
    },
    options,
  );
}

/** `data` may stand in any order: `index` says which value each belongs to. */
function read({ data, usage }: Readonly<Record<string, unknown>>): EmbeddedBatch {
  const vectors: (readonly number[])[] = [];
  const all: readonly unknown[] = Array.isArray(data) ? data : [];
  for (const [place, one] of all.entries()) {
    if (!isObject(one)) continue;
    const { index, embedding } = one;
    // Some count from 1; a list must not grow to where a server says.
    const isPlace = typeof index === 'number' && index >= 0 && index <= all.length;
    vectors[isPlace ? Math.floor(index) : place] = vectorOf(embedding);
  }
  const { prompt_tokens: prompt, total_tokens: total } = isObject(usage) ? usage : {};
  const input = prompt ?? total;
  return { vectors: vectors.filter((vector) => vector.length > 0), ...(typeof input === 'number' && { input }) };
}

/** Numbers, or base64 of 32-bit floats, the lowest byte first. */
function vectorOf(embedding: unknown): readonly number[] {
  // What the server calls a vector is taken for one.
  if (Array.isArray(embedding)) return embedding as readonly number[];
  if (typeof embedding !== 'string') return [];
  const text = atob(embedding);
  const view = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i += 1) view.setUint8(i, text.charCodeAt(i));
  return Array.from({ length: text.length >> 2 }, (_, i) => view.getFloat32(i * 4, true));
}
