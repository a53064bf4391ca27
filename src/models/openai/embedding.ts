import type { EmbeddingModel } from '../embedding.ts';
import { lateCode } from '../late-code.ts';
import { lateEmbeddingModel } from '../late-model.ts';
import type { OpenAIEmbeddingOptions } from './embed.ts';

export type { OpenAIEmbeddingOptions } from './embed.ts';

/** An embedding model over the wire that most servers share. */
export function openaiEmbedding(options: OpenAIEmbeddingOptions): EmbeddingModel {
  return lateEmbeddingModel(options, code, ({ openaiEmbed }) => openaiEmbed(options));
}

const code = lateCode(() => import('./embed.ts'));
