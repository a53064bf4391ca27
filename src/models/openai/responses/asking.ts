import { asking } from '../../connection.ts';
import type { Asking } from '../../connection.ts';
import { addressOf } from '../server.ts';
import type { ResponsesOptions } from './options.ts';
import type { ResponsesWire } from './quirks.ts';
import { responsesRequest } from './request.ts';
import { ResponsesDecoder } from './stream.ts';

/** Asks a model over Responses. */
export function responsesAsking(options: ResponsesOptions): Asking {
  const { provider, model, quirks = {} } = options;
  const wire: ResponsesWire = { provider, model, quirks };
  return asking(
    {
      ...addressOf(options, '/responses'),
      request: (request) => responsesRequest(request, wire),
      decoder: (told) => new ResponsesDecoder(wire, told),
    },
    options,
  );
}
