import type { ConnectionOptions } from '../../connection.ts';
import type { ResponsesQuirks } from './quirks.ts';

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
