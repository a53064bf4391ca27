import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { Problem } from '../problem.ts';
import type { Asked, Dialect } from '../dialect.ts';
import type { McpOptions } from './options.ts';

/**
 * MCP over streamable HTTP, at `/mcp`, without sessions: any host of it starts threads, shows what waits, and has its person
 * decide. Needs the optional peer `@modelcontextprotocol/server`.
 */
export function mcp(options: McpOptions = {}): Dialect {
  const decide = options.decide ?? 'confirmed';
  // Written in JavaScript it may be anything, and a slip must not let a model decide.
  if (decide !== 'confirmed' && decide !== 'unconfirmed')
    throw new ChatError('invalid-request', `Serving MCP: \`decide\` is "confirmed" or "unconfirmed".`);
  const post = async (asked: Asked): Promise<Response> => (await loaded()).exchange(asked, { decide });
  return { name: 'mcp', routes: [{ method: 'POST', path: '/mcp', action: 'read', handle: post }] };
}

/** Who serves no host of MCP needs no package for it. */
async function loaded(): Promise<typeof import('./exchange.ts')> {
  try {
    return await import('./exchange.ts');
  } catch (error) {
    if (!isObject(error) || error['code'] !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Problem('unavailable', 'MCP is not served here: the package @modelcontextprotocol/server is missing.');
  }
}
