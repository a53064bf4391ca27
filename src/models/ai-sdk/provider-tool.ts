import type { ProviderToolDeclaration } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';
import { sdkTools } from './options.ts';

/** A tool as a package of the AI SDK makes it: `openai.tools.webSearch({})`. */
export interface SdkProviderTool {
  readonly id: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Declares a tool that runs at its provider, made by the provider's package. Its calls are told under `name`, by default
 * what stands behind the dot of its id.
 *
 * @example
 * const search = providerTool(openai.tools.webSearch({ searchContextSize: 'low' }));
 */
export function providerTool({ id, args }: SdkProviderTool, name?: string): ProviderToolDeclaration {
  // Options of a tool are sent as JSON.
  const options = args as Readonly<Record<string, Json>>;
  return { name: name ?? id.slice(id.indexOf('.') + 1), provider: sdkTools, kind: id, options };
}
