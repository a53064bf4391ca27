import { asking, endpoint } from '../connection.ts';
import type { Asking, ConnectionOptions, ModelId } from '../connection.ts';
import { ollamaRequest } from './request.ts';
import { serverOf } from './server.ts';
import { OllamaDecoder } from './stream.ts';

/** Asks a model of an Ollama server over its own protocol. */
export function ollamaAsking(model: string, options: ConnectionOptions): Asking {
  const id: ModelId = { provider: 'ollama', model };
  const { baseURL, apiKey, keyVariable } = serverOf(options);
  return asking(
    {
      ...id,
      keyVariable,
      url: endpoint(baseURL, '/api/chat'),
      framing: 'ndjson',
      request: ollamaRequest(id),
      decoder: (told) => new OllamaDecoder(id, told),
    },
    { ...options, apiKey },
  );
}
