import { asking, endpoint } from '../../connection.ts';
import type { Asking } from '../../connection.ts';
import type { ChatCompletionsOptions } from './options.ts';
import type { ChatWire } from './quirks.ts';
import { chatRequest } from './request.ts';
import { ChatDecoder } from './stream.ts';

/** Asks a model over Chat Completions. */
export function chatAsking(options: ChatCompletionsOptions): Asking {
  const { provider, model, keyVariable, keyHeader, quirks = {} } = options;
  const wire: ChatWire = { provider, model, quirks };
  return asking(
    {
      provider,
      model,
      keyVariable,
      ...(keyHeader !== undefined && { keyHeaders: (key) => ({ [keyHeader]: key }) }),
      url: endpoint(options.baseURL, '/chat/completions'),
      request: (request) => chatRequest(request, wire),
      decoder: (told) => new ChatDecoder(wire, told),
    },
    options,
  );
}
