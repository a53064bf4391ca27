import type { Model } from '../../../chat/model.ts';
import { endpoint, wireModel } from '../../connection.ts';
import type { ConnectionOptions } from '../../connection.ts';
import type { ChatWire, Quirks } from './quirks.ts';
import { chatRequest } from './request.ts';
import { ChatDecoder } from './stream.ts';

/** A model behind a server that speaks OpenAI's Chat Completions. */
export interface ChatCompletionsOptions extends ConnectionOptions {
  /** Names the server in messages, errors and `providerOptions`. */
  readonly provider: string;
  readonly model: string;
  /** Everything before `/chat/completions`; a query after it is kept. */
  readonly baseURL: string;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
  /** The header that carries the key as it is. Default: `authorization`, as `Bearer`. */
  readonly keyHeader?: string | undefined;
  readonly quirks?: Quirks | undefined;
}

/** A model over the wire that most servers share. */
export function chatCompletions(options: ChatCompletionsOptions): Model {
  const { provider, model, keyVariable, keyHeader, quirks = {} } = options;
  const wire: ChatWire = { provider, model, quirks };
  const { output = 'without-tools' } = quirks;
  return wireModel(
    {
      provider,
      model,
      keyVariable,
      ...(keyHeader !== undefined && { keyHeaders: (key) => ({ [keyHeader]: key }) }),
      ...(output !== 'none' && { capabilities: { output } }),
      url: endpoint(options.baseURL, '/chat/completions'),
      request: (request) => chatRequest(request, wire),
      decoder: (told) => new ChatDecoder(wire, told),
    },
    options,
  );
}
