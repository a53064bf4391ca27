import type { EmbeddingModel } from '../embedding.ts';
import { lateCode } from '../late-code.ts';
import { lateEmbeddingModel } from '../late-model.ts';
import type { GoogleOptions } from './connection.ts';

/** An embedding model of Google. */
export function googleEmbedding(model: string, options: GoogleOptions = {}): EmbeddingModel {
  return lateEmbeddingModel({ provider: 'google', model }, code, ({ googleEmbed }) => googleEmbed(model, options));
}

const code = lateCode(() => import('./embed.ts'));
