import type { Model } from '../../../chat/model.ts';
import { endpoint, wireModel } from '../../connection.ts';
import type { ConnectionOptions } from '../../connection.ts';
import type { ResponsesQuirks, ResponsesWire } from './quirks.ts';
import { responsesRequest } from './request.ts';
import { ResponsesDecoder } from './stream.ts';

/** A model behind a server that speaks OpenAI's Responses. */
export interface ResponsesOptions extends ConnectionOptions {
  /** Names the server in messages, errors and `providerOptions`. */
  readonly provider: string;
  readonly model: string;
  /** Everything before `/responses`; a query after it is kept. */
  readonly baseURL: string;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
  /** The header that carries the key as it is. Default: `authorization`, as `Bearer`. */
  readonly keyHeader?: string | undefined;
  readonly quirks?: ResponsesQuirks | undefined;
}

/** A model over Responses. Nothing of a conversation is kept at the server: each request holds all of it. */
export function responses(options: ResponsesOptions): Model {
  const { provider, model, keyVariable, keyHeader, quirks = {} } = options;
  const wire: ResponsesWire = { provider, model, quirks };
  const { output = 'always' } = quirks;
  return wireModel(
    {
      provider,
      model,
      keyVariable,
      ...(keyHeader !== undefined && { keyHeaders: (key) => ({ [keyHeader]: key }) }),
      ...(output !== 'none' && { capabilities: { output } }),
      url: endpoint(options.baseURL, '/responses'),
      request: (request) => responsesRequest(request, wire),
      decoder: (told) => new ResponsesDecoder(wire, told),
    },
    options,
  );
}
