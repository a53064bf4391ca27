import { asking, endpoint } from '../../connection.ts';
import type { Asking } from '../../connection.ts';
import type { ResponsesOptions } from './options.ts';
import type { ResponsesWire } from './quirks.ts';
import { responsesRequest } from './request.ts';
import { ResponsesDecoder } from './stream.ts';

/** Asks a model over Responses. */
export function responsesAsking(options: ResponsesOptions): Asking {
  const { provider, model, keyVariable, keyHeader, quirks = {} } = options;
  const wire: ResponsesWire = { provider, model, quirks };
  return asking(
    {
      provider,
      model,
      keyVariable,
      ...(keyHeader !== undefined && { keyHeaders: (key) => ({ [keyHeader]: key }) }),
      url: endpoint(options.baseURL, '/responses'),
      request: (request) => responsesRequest(request, wire),
      decoder: (told) => new ResponsesDecoder(wire, told),
    },
    options,
  );
}
