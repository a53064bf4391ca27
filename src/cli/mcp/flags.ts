import { readFileSync } from 'node:fs';
import { ChatError, messageOf } from '../../conversation/error.ts';
import type { McpServers } from '../../mcp/server-config.ts';
import { mcpServersFrom } from '../../mcp/servers-from.ts';
import { serverAt } from './command-line.ts';

/** The options that name servers of MCP. */
export const mcpFlags = {
  mcp: { type: 'string', multiple: true },
  'mcp-config': { type: 'string', multiple: true },
} as const;

/** What they say: command lines or addresses, and names of files. */
export type McpValues = { readonly [Flag in keyof typeof mcpFlags]?: readonly string[] | undefined };

/** How they are told of. */
export const mcpUsage = `  --mcp 'COMMAND' | URL    the tools of an MCP server, too: a program on this machine, or an
                          address; may be given several times
  --mcp-config FILE       the servers of a file such as .mcp.json`;

/** The same options again, as somebody types them. */
export function mcpOptions({
  mcp,
  'mcp-config': files,
}: McpValues): Readonly<Record<string, readonly string[] | undefined>> {
  return { '--mcp': mcp, '--mcp-config': files };
}

/** The servers that were named; nothing when none were. Throws `ChatError` for a file that cannot be used, and for a name twice. */
export function serversOf({ mcp = [], 'mcp-config': files = [] }: McpValues): McpServers | undefined {
  const servers = new Map<string, McpServers[string]>();
  for (const file of files) {
    for (const [name, server] of Object.entries(serversIn(file))) {
      if (servers.has(name)) throw wrong(`Two servers of MCP are named ${name}; rename one of them.`);
      servers.set(name, server);
    }
  }
  for (const words of mcp) {
    const { name, server } = serverAt(words);
    servers.set(free(name, servers), server);
  }
  return servers.size === 0 ? undefined : Object.fromEntries(servers);
}

function serversIn(file: string): McpServers {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ChatError('invalid-request', `--mcp-config: ${messageOf(cause)}`, { cause });
  }
  return mcpServersFrom(text, process.env);
}

/** The name, or `name_2`: two servers of one package have two folders, say. */
function free(name: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

function wrong(sentence: string): ChatError {
  return new ChatError('invalid-request', sentence);
}
