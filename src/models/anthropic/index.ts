import type { Model } from '../../chat/model.ts';
import { environmentVariable } from '../environment.ts';
import { lateCode } from '../late-code.ts';
import { lateModel } from '../late-model.ts';
import { familyOf } from './family.ts';
import type { AnthropicMessagesOptions, AnthropicOptions } from './options.ts';
import { anthropicTools } from './provider-tools.ts';
import type { AnthropicTools } from './provider-tools.ts';

export type { ApiKey } from '../connection.ts';
export type { AnthropicMessagesOptions, AnthropicOptions } from './options.ts';
export type {
  AnthropicMcpOptions,
  AnthropicTool,
  AnthropicToolOptions,
  AnthropicTools,
  AnthropicWebOptions,
} from './provider-tools.ts';

/** A model over Anthropic Messages. */
export function anthropicMessages(options: AnthropicMessagesOptions): Model {
  const { thinking, output } = familyOf(options.model);
  const capabilities = {
    tools: true,
    reasoning: thinking !== 'none',
    files: ['image/*', 'application/pdf', 'text/*'],
    ...(output && { output: 'always' as const }),
  };
  return lateModel({ ...options, capabilities }, code, ({ messagesAsking }) => messagesAsking(options));
}

const code = lateCode(() => import('./asking.ts'));

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
