import type { Model } from '../../chat/model.ts';
import { endpoint, wireModel } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { environmentVariable } from '../environment.ts';
import { familyOf } from './family.ts';
import type { MessagesWire } from './family.ts';
import { messagesRequest } from './request.ts';
import { MessagesDecoder } from './stream.ts';
import { anthropicTools } from './tools.ts';
import type { AnthropicTools } from './tools.ts';

export type { ApiKey } from '../connection.ts';
export type {
  AnthropicMcpOptions,
  AnthropicTool,
  AnthropicToolOptions,
  AnthropicTools,
  AnthropicWebOptions,
} from './tools.ts';

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

/** A model over Anthropic Messages. */
export function anthropicMessages(options: AnthropicMessagesOptions): Model {
  const { provider, model, keyVariable, betas = [], citations = false } = options;
  const family = familyOf(model);
  const wire: MessagesWire = { provider, model, family, betas, citations };
  return wireModel(
    {
      provider,
      model,
      keyVariable,
      url: endpoint(options.baseURL, /\/v1\/*(\?|$)/.test(options.baseURL) ? '/messages' : '/v1/messages'),
      capabilities: {
        tools: true,
        reasoning: family.thinking !== 'none',
        files: ['image/*', 'application/pdf', 'text/*'],
        ...(family.output && { output: 'always' }),
      },
      keyHeaders: (key) => ({ 'x-api-key': key }),
      request: (request) => messagesRequest(request, wire),
      decoder: (told) => new MessagesDecoder(wire, told),
    },
    options,
  );
}

/**
 * The models of Anthropic, and the tools that run there. The key is `apiKey`, or else `ANTHROPIC_API_KEY` in the
 * environment.
 *
 * @example
 * const chat = createChat({ model: anthropic('claude-sonnet-5') });
 */
export const anthropic: Anthropic = Object.assign(claude, anthropicTools);

/** Makes models of Anthropic, and declares the tools that run there. */
export interface Anthropic extends AnthropicTools {
  (model: string, options?: AnthropicOptions): Model;
}

function claude(model: string, options: AnthropicOptions = {}): Model {
  return anthropicMessages({
    ...options,
    provider: 'anthropic',
    model,
    baseURL: options.baseURL ?? 'https://api.anthropic.com',
    apiKey: options.apiKey ?? (() => environmentVariable('ANTHROPIC_API_KEY')),
    keyVariable: 'ANTHROPIC_API_KEY',
  });
}
