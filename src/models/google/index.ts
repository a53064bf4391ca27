import type { Model, ProviderToolDeclaration } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';
import { generateContent } from './model.ts';
import type { GoogleOptions } from './model.ts';

export type { ApiKey } from '../connection.ts';
export type { GoogleOptions } from './model.ts';
export type { Quirks, ThinkingLevel } from './quirks.ts';

/** Options of a tool that Google runs: those named here, and whatever else it takes. */
type ToolOptions<Known = unknown> = Known & { readonly name?: string; readonly [option: string]: Json | undefined };

/** The models of Google, and the tools that it runs itself. */
export interface Google {
  /**
   * A model of the Gemini family. The key is `apiKey`, or else `GOOGLE_GENERATIVE_AI_API_KEY`, `GEMINI_API_KEY` or
   * `GOOGLE_API_KEY` in the environment. On Vertex AI the `baseURL` ends with `/publishers/google`, and `apiKey` gives
   * `Bearer` and a token.
   */
  (model: string, options?: GoogleOptions): Model;
  /** Searches the web with Google; what was found comes as sources. */
  googleSearch(options?: ToolOptions): ProviderToolDeclaration;
  /** Writes Python and runs it. */
  codeExecution(options?: ToolOptions): ProviderToolDeclaration;
  /** Reads the pages whose addresses stand in the conversation. */
  urlContext(options?: ToolOptions): ProviderToolDeclaration;
  /** Searches in files that were uploaded into stores. */
  fileSearch(options: ToolOptions<{ readonly fileSearchStoreNames: readonly string[] }>): ProviderToolDeclaration;
  /** Finds places with Google Maps. */
  googleMaps(options?: ToolOptions): ProviderToolDeclaration;
}

/**
 * The models of Google.
 *
 * @example
 * const chat = createChat({ model: google('gemini-3-flash-preview') });
 */
export const google: Google = Object.assign(
  (model: string, options?: GoogleOptions) => generateContent(model, options),
  {
    googleSearch: (options?: ToolOptions) => own('googleSearch', options),
    codeExecution: (options?: ToolOptions) => own('codeExecution', options),
    urlContext: (options?: ToolOptions) => own('urlContext', options),
    fileSearch: (options: ToolOptions) => own('fileSearch', options),
    googleMaps: (options?: ToolOptions) => own('googleMaps', options),
  },
);

function own(kind: string, { name = kind, ...options }: ToolOptions = {}): ProviderToolDeclaration {
  const given = Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return { name, provider: 'google', kind, options: Object.fromEntries(given) };
}
