import { endpoint } from '../connection.ts';
import type { ConnectionOptions, Wire } from '../connection.ts';

/** A model behind a server that is asked as OpenAI is. */
export interface ServerOptions extends ConnectionOptions {
  /** Names the server in messages, errors and `providerOptions`. */
  readonly provider: string;
  readonly model: string;
  /** Everything before the path of the wire; a query after it is kept. */
  readonly baseURL: string;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
  /** The header that carries the key as it is. Default: `authorization`, as `Bearer`. */
  readonly keyHeader?: string | undefined;
}

/** Where such a server is asked, and how it is shown the key. */
export function addressOf(
  { provider, model, baseURL, keyVariable, keyHeader }: ServerOptions,
  path: string,
): Pick<Wire, 'provider' | 'model' | 'url' | 'keyVariable' | 'keyHeaders'> {
  return {
    provider,
    model,
    url: endpoint(baseURL, path),
    keyVariable,
    ...(keyHeader !== undefined && { keyHeaders: (key: string) => ({ [keyHeader]: key }) }),
  };
}
