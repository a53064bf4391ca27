import { asking } from '../../connection.ts';
import type { Asking } from '../../connection.ts';
import { addressOf } from '../server.ts';
import type { ChatCompletionsOptions } from './options.ts';
import type { ChatWire } from './quirks.ts';
import { chatRequest } from './request.ts';
import { ChatDecoder } from './stream.ts';

/** Asks a model over Chat Completions. */
export function chatAsking(options: ChatCompletionsOptions): Asking {
  const { provider, model, quirks = {} } = options;
  const wire: ChatWire = { provider, model, quirks };
  return asking(
    {
      ...addressOf(options, '/chat/completions'),
      request: (request) => chatRequest(request, wire),
      decoder: (told) => new ChatDecoder(wire, told),
    },
    options,
  );
}
