import type { ProviderToolDeclaration } from '../../chat/model.ts';
import type { Json } from '../../conversation/json.ts';

/** Options of a tool that runs at Anthropic: those named here, and all others by their names on the wire. */
export interface AnthropicToolOptions {
  /** The name under which its calls are told. Default: Anthropic's own word for the tool. */
  readonly name?: string;
  /** The version, such as `web_search_20260318`: older ones stay, a newer one may want a newer model. */
  readonly type?: string;
  readonly [option: string]: Json | undefined;
}

/** Options of what goes to the web. */
export interface AnthropicWebOptions extends AnthropicToolOptions {
  /** How often one request may use it. */
  readonly maxUses?: number;
  /** The only sites it may visit; not beside `blockedDomains`. */
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
}

/** A server of MCP that Anthropic connects to. */
export interface AnthropicMcpOptions extends AnthropicToolOptions {
  /** What Anthropic calls the server. Its tools are told behind it: `docs.search`. */
  readonly name: string;
  /** Where it is: `https`, open to the internet. */
  readonly url: string;
  readonly authorizationToken?: string;
  /** The only tools that may be used. Default: all it has. */
  readonly allowedTools?: readonly string[];
}

/** A tool that runs at Anthropic. */
export interface AnthropicTool extends ProviderToolDeclaration {
  readonly type: 'provider-tool';
  /** It changes nothing but what Anthropic has made for it. */
  readonly effect?: 'read';
}

/** The tools that run at Anthropic: without asking anybody, so an approval is not possible. */
export interface AnthropicTools {
  /** Searches the web. Default: `web_search_20250305`, which every model takes. */
  webSearch(options?: AnthropicWebOptions): AnthropicTool;
  /** Reads pages and PDFs whose address stands in the conversation. Default: `web_fetch_20250910`. */
  webFetch(options?: AnthropicWebOptions): AnthropicTool;
  /** Runs commands and writes files in a machine of its own. Default: `code_execution_20250825`. */
  codeExecution(options?: AnthropicToolOptions): AnthropicTool;
  /** The tools of a server of MCP. */
  mcp(options: AnthropicMcpOptions): AnthropicTool;
}

export const anthropicTools: AnthropicTools = {
  webSearch: (options) => declared('web_search', { type: 'web_search_20250305', ...options }),
  webFetch: (options) => declared('web_fetch', { type: 'web_fetch_20250910', ...options }),
  codeExecution: (options) => declared('code_execution', { type: 'code_execution_20250825', ...options }),
  mcp({ allowedTools, ...options }) {
    const only = allowedTools && {
      default_config: { enabled: false },
      configs: Object.fromEntries(allowedTools.map((tool) => [tool, { enabled: true }])),
    };
    return declared('mcp', { ...only, ...options });
  },
};

function declared(kind: string, { name = kind, ...options }: AnthropicToolOptions): AnthropicTool {
  const filled = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [[onWire(key), value]]));
  return {
    type: 'provider-tool',
    name,
    provider: 'anthropic',
    kind,
    // Nothing undefined is left.
    options: Object.fromEntries(filled) as Record<string, Json>,
    // What a server of MCP does, only its owner knows.
    ...(kind !== 'mcp' && { effect: 'read' }),
  };
}

/** `max_uses` for `maxUses`. */
function onWire(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
