import type { ConnectionOptions } from '../../connection.ts';
import type { Quirks } from './quirks.ts';

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
