import type { Model, ProviderToolDeclaration } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';
import type { EmbeddingModel } from '../embedding.ts';
import type { GoogleOptions } from './connection.ts';
import { googleEmbedding } from './embedding.ts';
import { generateContent } from './model.ts';

export type { ApiKey } from '../connection.ts';
export type { Embeddings, EmbeddingModel, EmbeddingUsage, EmbedOptions } from '../embedding.ts';
export type { GoogleOptions } from './connection.ts';
export type { Quirks, ThinkingLevel } from './quirks.ts';

/** A tool that runs at Google. */
export interface GoogleTool extends ProviderToolDeclaration {
  readonly type: 'provider-tool';
}

/** Options of a tool that Google runs, by their names on the wire. */
export interface GoogleToolOptions {
  /** The name under which its calls are told. Default: Google's own word for the tool. */
  readonly name?: string;
  readonly [option: string]: Json | undefined;
}

/** Options of the web search. */
export interface GoogleSearchOptions extends GoogleToolOptions {
  /** Only pages of this time; ISO times. */
  readonly timeRangeFilter?: { readonly startTime: string; readonly endTime: string };
}

/** Options of the search in files that lie at Google. */
export interface FileSearchOptions extends GoogleToolOptions {
  readonly fileSearchStoreNames: readonly string[];
  /** How many pieces are found. */
  readonly topK?: number;
  readonly metadataFilter?: string;
}

/** The models of Google, and the tools that it runs itself. */
export interface Google {
  /**
   * A model of the Gemini family. The key is `apiKey`, or else `GOOGLE_GENERATIVE_AI_API_KEY`, `GEMINI_API_KEY` or
   * `GOOGLE_API_KEY` in the environment. On Vertex AI the `baseURL` ends with `/publishers/google`, and `apiKey` gives
   * `Bearer` and a token.
   */
  (model: string, options?: GoogleOptions): Model;
  /** A model that turns texts into vectors: `google.embedding('gemini-embedding-001')`. */
  embedding(model: string, options?: GoogleOptions): EmbeddingModel;
  /** Searches the web with Google; what was found comes as sources. */
  googleSearch(options?: GoogleSearchOptions): GoogleTool;
  /** Writes Python and runs it. */
  codeExecution(options?: GoogleToolOptions): GoogleTool;
  /** Reads the pages whose addresses stand in the conversation. */
  urlContext(options?: GoogleToolOptions): GoogleTool;
  /** Searches in files that were uploaded into stores. */
  fileSearch(options: FileSearchOptions): GoogleTool;
  /** Finds places with Google Maps. */
  googleMaps(options?: GoogleToolOptions): GoogleTool;
}

/**
 * The models of Google.
 *
 * @example
 * const chat = createChat({ model: google('gemini-3.5-flash') });
 */
export const google: Google = Object.assign(
  (model: string, options?: GoogleOptions) => generateContent(model, options),
  {
    embedding: googleEmbedding,
    googleSearch: (options?: GoogleToolOptions) => own('googleSearch', options),
    codeExecution: (options?: GoogleToolOptions) => own('codeExecution', options),
    urlContext: (options?: GoogleToolOptions) => own('urlContext', options),
    fileSearch: (options: GoogleToolOptions) => own('fileSearch', options),
    googleMaps: (options?: GoogleToolOptions) => own('googleMaps', options),
  },
);

function own(kind: string, { name = kind, ...options }: GoogleToolOptions = {}): GoogleTool {
  const given = Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  // They look up and compute, and change nothing.
  return { type: 'provider-tool', name, provider: 'google', kind, options: Object.fromEntries(given), effect: 'read' };
}
