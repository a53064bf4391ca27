import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Asked } from '../dialect.ts';
import type { McpOptions } from './options.ts';
import { mcpServer } from './server.ts';

/** One message of a host, and the answer to it, whole: nothing is held open, and nothing is kept for the next one. */
export async function exchange(asked: Asked, options: Required<McpOptions>): Promise<Response> {
  // Nothing of it ever changes that could be listened for.
  const handler = createMcpHandler(() => mcpServer(asked, options), { maxSubscriptions: 0 });
  const response = await handler.fetch(asked.request, { parsedBody: asked.body });
  const { status, headers } = response;
  headers.set('cache-control', 'no-store');
  // Read here it counts as a request that is being answered until it is.
  const text = await response.text();
  return new Response(text === '' ? null : text, { status, headers });
}
