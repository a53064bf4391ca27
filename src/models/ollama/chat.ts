import type { Model } from '../../chat/model.ts';
import type { ConnectionOptions } from '../connection.ts';
import { lateCode } from '../late-code.ts';
import { lateModel } from '../late-model.ts';

/** A model of an Ollama server over its own protocol. */
export function ollamaChat(model: string, options: ConnectionOptions): Model {
  // Its grammar holds for calls too, so that beside tools none could be made.
  const capabilities = { output: 'without-tools' } as const;
  const told = { provider: 'ollama', model, maxRetries: options.maxRetries, capabilities };
  return lateModel(told, code, ({ ollamaAsking }) => ollamaAsking(model, options));
}

const code = lateCode(() => import('./asking.ts'));
