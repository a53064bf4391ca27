import { asking, endpoint } from '../connection.ts';
import type { Asking } from '../connection.ts';
import { familyOf } from './family.ts';
import type { MessagesWire } from './family.ts';
import type { AnthropicMessagesOptions } from './options.ts';
import { messagesRequest } from './request.ts';
import { MessagesDecoder } from './stream.ts';

/** Asks a model over Anthropic Messages. */
export function messagesAsking(options: AnthropicMessagesOptions): Asking {
  const { provider, model, baseURL, keyVariable, betas = [], citations = false } = options;
  const wire: MessagesWire = { provider, model, family: familyOf(model), betas, citations };
  return asking(
    {
      provider,
      model,
      keyVariable,
      url: endpoint(baseURL, /\/v1\/*(\?|$)/.test(baseURL) ? '/messages' : '/v1/messages'),
      keyHeaders: (key) => ({ 'x-api-key': key }),
      request: (request) => messagesRequest(request, wire),
      decoder: (told) => new MessagesDecoder(wire, told),
    },
    options,
  );
}
