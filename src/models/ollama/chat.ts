import type { Model } from '../../chat/model.ts';
import { endpoint, wireModel } from '../connection.ts';
import type { ConnectionOptions, ModelId } from '../connection.ts';
import { ollamaRequest } from './request.ts';
import { serverOf } from './server.ts';
import { OllamaDecoder } from './stream.ts';

/** A model of an Ollama server over its own protocol. */
export function ollamaChat(model: string, options: ConnectionOptions): Model {
  const id: ModelId = { provider: 'ollama', model };
  const { baseURL, ...connection } = serverOf(options);
  return wireModel(
    {
      ...id,
      keyVariable: connection.keyVariable,
      url: endpoint(baseURL, '/api/chat'),
      framing: 'ndjson',
      // Its grammar holds for calls too, so that beside tools none could be made.
      capabilities: { output: 'without-tools' },
      request: ollamaRequest(id),
      decoder: (told) => new OllamaDecoder(id, told),
    },
    { ...options, apiKey: connection.apiKey },
  );
}
