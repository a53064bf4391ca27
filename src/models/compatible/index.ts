import type { Model } from '../../chat/model.ts';
import { environmentVariable } from '../environment.ts';
import { chatCompletions } from '../openai/chat/index.ts';
import type { ChatCompletionsOptions } from '../openai/chat/index.ts';
import { presets } from './presets.ts';
import type { Preset, PresetName } from './presets.ts';

export { presets } from './presets.ts';
export type { Preset, PresetName } from './presets.ts';
export type { ApiKey } from '../connection.ts';
export type { Quirks } from '../openai/chat/quirks.ts';

type Given = Omit<ChatCompletionsOptions, 'provider' | 'baseURL'>;

/** A server that is known by its name, or any other by its address. */
export type CompatibleOptions =
  | (Given & { readonly provider: PresetName; readonly baseURL?: string })
  | (Given & { readonly provider: string; readonly baseURL: string });

/**
 * A model behind any server that speaks OpenAI's Chat Completions.
 * The key is `apiKey`, or else what the environment holds under the server's usual name.
 *
 * @example
 * const fast = compatible({ provider: 'groq', model: 'openai/gpt-oss-120b' });
 * const mine = compatible({ provider: 'mine', baseURL: 'http://localhost:9000/v1', model: 'qwen3' });
 */
export function compatible(options: CompatibleOptions): Model {
  const { provider } = options;
  const preset: Preset | undefined = Object.hasOwn(presets, provider) ? presets[provider as PresetName] : undefined;
  const keyVariable = options.keyVariable ?? preset?.keyVariable;
  return chatCompletions({
    ...options,
    // The type asks for it where there is no preset.
    baseURL: options.baseURL ?? preset?.baseURL ?? '',
    apiKey: options.apiKey ?? (keyVariable === undefined ? undefined : () => environmentVariable(keyVariable)),
    keyVariable,
    quirks: { ...preset?.quirks, ...options.quirks },
  });
}
