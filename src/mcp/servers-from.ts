import { ChatError, messageOf } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import type { McpServer, McpServers } from './server-config.ts';
import { fieldsOf } from './server-field.ts';
import { withVariables } from './variables.ts';
import type { Environment } from './variables.ts';

/**
 * Reads the usual configuration of servers, text or value: `{ "mcpServers": { "files": { "command": … } } }`, or what stands
 * under `mcpServers` alone. `${NAME}` and `${NAME:-otherwise}` in its texts are filled in from the environment.
 * Throws `ChatError` `invalid-request` that names the field which is wrong.
 *
 * @example
 * const mcp = await mcpTools({ servers: mcpServersFrom(await readFile('.mcp.json', 'utf8'), process.env) });
 */
export function mcpServersFrom(config: unknown, environment: Environment = {}): McpServers {
  const read = typeof config === 'string' ? parsed(config) : config;
  const isWrapped = isObject(read) && 'mcpServers' in read;
  const servers = isWrapped ? read['mcpServers'] : read;
  if (!isObject(servers)) throw wrong(isWrapped ? 'mcpServers' : 'it', 'is not an object of servers');
  const entries = Object.entries(servers).map(([name, server]) => [name, serverOf(name, server, environment)] as const);
  // As other programs have it: it stays in the file, and is not used.
  return Object.fromEntries(entries.filter(([name]) => !isDisabled(servers[name])));
}

function isDisabled(server: unknown): boolean {
  return isObject(server) && server['disabled'] === true;
}

/** One server, every field of which was looked at. */
function serverOf(name: string, server: unknown, environment: Environment): McpServer {
  const path = `mcpServers.${name}`;
  if (!/^[\w.-]+$/.test(name) || name === '__proto__')
    throw wrong(path, 'is not a name: letters, digits, `_`, `-` and `.`');
  if (!isObject(server)) throw wrong(path, 'is not an object');
  const filled = filledIn(server, path, environment);
  const { command, url, type } = filled;
  if (command === undefined && url === undefined) throw wrong(path, 'has neither `command` nor `url`');
  if (command !== undefined && url !== undefined) throw wrong(path, 'has both `command` and `url`; which is it?');
  if (type === 'sse')
    throw wrong(`${path}.type`, 'is the transport that MCP gave up in 2025; ask its maker for `http`');
  const fields = fieldsOf(url === undefined ? 'local' : 'remote');
  const given = Object.entries(filled).flatMap(([field, value]) => {
    const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!known) throw wrong(`${path}.${field}`, `is not known. Known are ${Object.keys(fields).join(', ')}`);
    const mistake = known.mistakeIn(value);
    if (mistake !== undefined) throw wrong(`${path}.${field}`, mistake);
    return known.isKept ? [[field, value] as const] : [];
  });
  // Each field was checked by the table that lists those of `McpServer`.
  return Object.fromEntries(given) as unknown as McpServer;
}

/** All texts of a value, with their variables. What is said of tools is no text of the environment. */
function filledIn(server: Record<string, unknown>, path: string, environment: Environment): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(server).map(([field, value]) => [
      field,
      isFilled.has(field) ? fill(value, `${path}.${field}`) : value,
    ]),
  );

  function fill(value: unknown, at: string): unknown {
    if (Array.isArray(value)) return value.map((item, index) => fill(item, `${at}[${index}]`));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, `${at}.${name}`)]));
    if (typeof value !== 'string') return value;
    try {
      return withVariables(value, environment);
    } catch (error) {
      throw wrong(at, messageOf(error));
    }
  }
}

const isFilled: ReadonlySet<string> = new Set(['command', 'args', 'env', 'cwd', 'url', 'headers', 'roots']);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong('it', `is not JSON: ${messageOf(cause)}`, cause);
  }
}

function wrong(field: string, why: string, cause?: unknown): ChatError {
  return new ChatError('invalid-request', `The configuration of MCP servers cannot be used: ${field} ${why}.`, {
    cause,
  });
}
