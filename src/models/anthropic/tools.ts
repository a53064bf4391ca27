import type { ProviderToolDeclaration, ToolDeclaration } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import { objectSchema } from '../object-schema.ts';
import type { MessagesWire } from './family.ts';

/** The tools of a request as they are declared, and the servers that some of them are on. */
export interface WireTools {
  readonly tools: readonly object[];
  readonly servers: readonly object[];
  /** What the servers want to be asked with. */
  readonly betas: readonly string[];
  /** What tools of the provider are called on the wire, by the names that they were declared by. */
  readonly names: ReadonlyMap<string, string>;
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
    names: new Map(own.filter(({ kind }) => kind !== 'mcp').map((tool) => [tool.name, wireName(tool)])),
    foreign: providerTools.filter(({ provider }) => provider !== wire.provider).map(({ name }) => name),
  };
}

/** What a tool of the provider is called on the wire. */
export function wireName({ kind, options: { name } }: ProviderToolDeclaration): string {
  return typeof name === 'string' ? name : kind;
}

function ownTool({ name, description, inputSchema }: ToolDeclaration): object {
  return { name, description, input_schema: objectSchema(inputSchema) };
}

function serverTool({ name, kind, options }: ProviderToolDeclaration): object {
  if (kind !== 'mcp') return { type: kind, name: kind, ...options };
  const { url: _url, authorization_token: _token, ...others } = options;
  return { type: 'mcp_toolset', mcp_server_name: name, ...others };
}

function serverOf({ name, options: { url, authorization_token: token } }: ProviderToolDeclaration): object {
  return { type: 'url', url, name, ...(token !== undefined && { authorization_token: token }) };
}
