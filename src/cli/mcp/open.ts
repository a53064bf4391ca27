import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import type { McpTools } from '../../mcp/mcp-tools.ts';
import { visible } from '../../wire/plain-text.ts';
import { serversOf } from './flags.ts';
import type { McpValues } from './flags.ts';

/**
 * Does something with the tools of the servers that were named, if there are any, and ends the servers then.
 * Throws `ChatError` when one does not start, or the package that speaks to them is not there.
 */
export async function withMcp<Result>(
  values: McpValues,
  report: (sentence: string) => void,
  action: (mcp: McpTools | undefined) => Promise<Result>,
): Promise<Result> {
  const servers = serversOf(values);
  if (!servers) return action(undefined);
  const { mcpTools } = await import('../../mcp/mcp-tools.ts').catch((cause: unknown) => {
    throw isMissing(cause) ? new ChatError('unsupported', needed, { cause }) : cause;
  });
  const mcp = await mcpTools({
    servers,
    onProblem: (sentence) => report(visible(sentence)),
    onChange: (changes) => report(`Tools of MCP have changed: ${visible(changes.join('; '))}.`),
  });
  return action(mcp).finally(() => mcp.close());
}

const needed =
  'Servers of MCP need two packages that are not installed: npm install @modelcontextprotocol/client @cfworker/json-schema';

function isMissing(error: unknown): boolean {
  return isObject(error) && error['code'] === 'ERR_MODULE_NOT_FOUND';
}
