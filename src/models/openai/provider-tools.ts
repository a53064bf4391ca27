import type { ProviderToolDeclaration } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';

/** Options of a tool that runs at OpenAI: those named here, and all others by their names on the wire. */
export interface OpenAIToolOptions {
  /** The name under which its calls are told. Default: OpenAI's own word for the tool. */
  readonly name?: string;
  readonly [option: string]: Json | undefined;
}

/** Options of the web search. */
export interface WebSearchOptions extends OpenAIToolOptions {
  /** Pages of these domains and no others. */
  readonly allowedDomains?: readonly string[];
  /** How much of what was found the model reads. */
  readonly searchContextSize?: 'low' | 'medium' | 'high';
  /** Where the user is, about. */
  readonly userLocation?: {
    readonly country?: string;
    readonly region?: string;
    readonly city?: string;
    readonly timezone?: string;
  };
}

/** Options of the search in files that lie at OpenAI. */
export interface FileSearchOptions extends OpenAIToolOptions {
  readonly vectorStoreIds: readonly string[];
  readonly maxNumResults?: number;
}

/** Options of programs that run at OpenAI. */
export interface CodeInterpreterOptions extends OpenAIToolOptions {
  /** A container that is there already. Default: a new one. */
  readonly container?: string;
  /** Files of OpenAI that lie in the new container. */
  readonly fileIds?: readonly string[];
}

/** Options of images that are made. */
export interface ImageGenerationOptions extends OpenAIToolOptions {
  readonly size?: string;
  readonly quality?: string;
  readonly background?: 'transparent' | 'opaque' | 'auto';
  readonly outputFormat?: 'png' | 'webp' | 'jpeg';
}

/** Options of a server of MCP that OpenAI talks to. */
export interface McpOptions extends OpenAIToolOptions {
  /** What OpenAI calls the server. Its tools are told behind it: `github.search`. */
  readonly serverLabel: string;
  readonly serverUrl?: string;
  /** Which calls wait for an approval. Default: all, as at OpenAI. */
  readonly requireApproval?: 'always' | 'never' | { readonly never: { readonly tool_names: readonly string[] } };
  readonly allowedTools?: readonly string[];
  /** What OpenAI sends to the server so that it knows who asks. */
  readonly authorization?: string;
}

/** Tools that run at OpenAI, for models over Responses. */
export interface OpenAITools {
  webSearch(options?: WebSearchOptions): ProviderToolDeclaration;
  fileSearch(options: FileSearchOptions): ProviderToolDeclaration;
  codeInterpreter(options?: CodeInterpreterOptions): ProviderToolDeclaration;
  imageGeneration(options?: ImageGenerationOptions): ProviderToolDeclaration;
  mcp(options: McpOptions): ProviderToolDeclaration;
}

export const openaiTools: OpenAITools = {
  webSearch({ allowedDomains, userLocation, ...options } = {}) {
    return declared('web_search', {
      ...(allowedDomains && { filters: { allowed_domains: allowedDomains } }),
      ...(userLocation && { userLocation: { type: 'approximate', ...userLocation } }),
      ...options,
    });
  },
  fileSearch(options) {
    return declared('file_search', options);
  },
  codeInterpreter({ container, fileIds, ...options } = {}) {
    const fresh = { type: 'auto', ...(fileIds && { file_ids: fileIds }) };
    return declared('code_interpreter', { container: container ?? fresh, ...options });
  },
  imageGeneration(options = {}) {
    return declared('image_generation', options);
  },
  mcp({ name, ...options }) {
    return declared('mcp', { name: name ?? options.serverLabel, ...options });
  },
};

function declared(kind: string, { name = kind, ...options }: OpenAIToolOptions): ProviderToolDeclaration {
  const filled = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [[onWire(key), value]]));
  return {
    name,
    provider: 'openai',
    kind,
    // Nothing undefined is left.
    options: Object.fromEntries(filled) as Record<string, Json>,
    // What a server of MCP does nobody here knows; the others look up, compute and draw.
    ...(kind !== 'mcp' && { effect: 'read' }),
  };
}

/** `vector_store_ids` for `vectorStoreIds`. */
function onWire(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
