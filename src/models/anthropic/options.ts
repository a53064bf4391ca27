import type { ConnectionOptions } from '../connection.ts';

/** What every model of Anthropic can be given. */
export interface AnthropicOptions extends ConnectionOptions {
  /** Features in trial that every request asks for, as `anthropic-beta` names them. */
  readonly betas?: readonly string[] | undefined;
  /** Whether the model cites the documents that it is shown; it tells of them as sources. Default: false. */
  readonly citations?: boolean | undefined;
}

/** A model behind a server that speaks Anthropic Messages. */
export interface AnthropicMessagesOptions extends AnthropicOptions {
  /** Names the server in messages, errors and `providerOptions`; thinking goes back only to the server that signed it. */
  readonly provider: string;
  readonly model: string;
  /** Everything before `/v1/messages`, or before `/messages` where it ends with `/v1`; a query after it is kept. */
  readonly baseURL: string;
  /** The environment variable that a missing key is looked for in; without one, no key is needed. */
  readonly keyVariable?: string | undefined;
}
