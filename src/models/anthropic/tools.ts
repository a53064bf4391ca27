import type { ProviderToolDeclaration, ToolDeclaration } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { MessagesWire } from './family.ts';

/** Options of a tool that runs at Anthropic. What is not named here is put into its declaration as it is. */
export interface AnthropicToolOptions {
  /** The version, such as `web_search_20260318`: an older one stays, a newer one may want a newer model. */
  readonly type?: string;
  /** How often one request may use it. */
  readonly maxUses?: number;
  /** The only sites it may visit; not beside `blockedDomains`. */
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
  readonly [option: string]: Json | undefined;
}

/** A server of tools that Anthropic connects to. */
export interface AnthropicMcpOptions {
  /** Its name in calls and requests. */
  readonly name: string;
  /** Where it is: `https`, open to the internet. */
  readonly url: string;
  readonly authorizationToken?: string;
  /** The only tools that may be used. Default: all it has. */
  readonly tools?: readonly string[];
}

/** The tools that run at Anthropic: without asking anybody, so an approval is not possible. */
export interface AnthropicTools {
  /** Searches the web. Default: `web_search_20250305`, which every model takes. */
  webSearch(options?: AnthropicToolOptions): ProviderToolDeclaration;
  /** Reads pages and PDFs whose address stands in the conversation. Default: `web_fetch_20250910`. */
  webFetch(options?: AnthropicToolOptions): ProviderToolDeclaration;
  /** Runs commands and writes files in a machine of its own. Default: `code_execution_20250825`. */
  codeExecution(options?: AnthropicToolOptions): ProviderToolDeclaration;
  /** The tools of an MCP server. */
  mcp(options: AnthropicMcpOptions): ProviderToolDeclaration;
}

export const anthropicTools: AnthropicTools = {
  webSearch: (options) => declared('web_search', 'web_search_20250305', options),
  webFetch: (options) => declared('web_fetch', 'web_fetch_20250910', options),
  codeExecution: (options) => declared('code_execution', 'code_execution_20250825', options),
  mcp({ name, url, authorizationToken, tools }) {
    const options = {
      url,
      ...(authorizationToken !== undefined && { authorization_token: authorizationToken }),
      ...(tools && {
        default_config: { enabled: false },
        configs: Object.fromEntries(tools.map((tool) => [tool, { enabled: true }])),
      }),
    };
    return { name, provider: 'anthropic', kind: 'mcp', options };
  },
};

function declared(kind: string, type: string, options: AnthropicToolOptions = {}): ProviderToolDeclaration {
  const { maxUses, allowedDomains, blockedDomains, ...others } = options;
  const known = { type, max_uses: maxUses, allowed_domains: allowedDomains, blocked_domains: blockedDomains };
  const given = Object.entries({ ...known, ...others }).filter(([, value]) => value !== undefined);
  return {
    name: kind,
    provider: 'anthropic',
    kind,
    // What was undefined is left out.
    options: Object.fromEntries(given) as Record<string, Json>,
    // They look up, and compute where nobody else is.
    effect: 'read',
  };
}

/** The tools of a request as they are declared, and the servers that some of them are on. */
export interface WireTools {
  readonly tools: readonly object[];
  readonly servers: readonly object[];
  /** What the servers want to be asked with. */
  readonly betas: readonly string[];
  /** Names of tools that another provider would have to run. */
  readonly foreign: readonly string[];
}

/** Our tools first, then those of the provider, then what the provider's own options say. */
export function wireTools(
  tools: readonly ToolDeclaration[],
  providerTools: readonly ProviderToolDeclaration[],
  { native, wire }: { readonly native: Json | undefined; readonly wire: MessagesWire },
): WireTools {
  const own = providerTools.filter(({ provider }) => provider === wire.provider);
  const mcp = own.filter(({ kind }) => kind === 'mcp');
  const others = Array.isArray(native) ? native.filter(isObject) : [];
  return {
    tools: [...tools.map(ownTool), ...own.map(serverTool), ...others],
    servers: mcp.map(serverOf),
    betas: mcp.length > 0 ? ['mcp-client-2025-11-20'] : [],
    foreign: providerTools.filter(({ provider }) => provider !== wire.provider).map(({ name }) => name),
  };
}

function ownTool({ name, description, inputSchema }: ToolDeclaration): object {
  return { name, description, input_schema: inputSchema };
}

function serverTool({ name, kind, options }: ProviderToolDeclaration): object {
  if (kind !== 'mcp') return { type: kind, name: kind, ...options };
  const { url: _url, authorization_token: _token, ...others } = options;
  return { type: 'mcp_toolset', mcp_server_name: name, ...others };
}

function serverOf({ name, options: { url, authorization_token: token } }: ProviderToolDeclaration): object {
  return { type: 'url', url, name, ...(token !== undefined && { authorization_token: token }) };
}
