import type { ConnectionOptions } from '../connection.ts';
import type { EmbeddingModel } from '../embedding.ts';
import { lateCode } from '../late-code.ts';
import { lateEmbeddingModel } from '../late-model.ts';

/** A model of an Ollama server that turns texts into vectors. */
export function ollamaEmbedding(model: string, options: ConnectionOptions): EmbeddingModel {
  return lateEmbeddingModel({ provider: 'ollama', model }, code, ({ ollamaEmbed }) => ollamaEmbed(model, options));
}

const code = lateCode(() => import('./embed.ts'));
