import type { Verdict } from '../chat/policy.ts';
import type { AnyTool } from '../chat/tool.ts';
import type { JsonObject } from '../conversation/json.ts';
import type { Effect } from '../conversation/tool-call.ts';
import { jsonSchema } from '../json-schema/json-schema.ts';
import { call } from './call.ts';
import type { Callee } from './call.ts';
import { concluded } from './hints.ts';
import { pinOf } from './pin.ts';
import { presentedOf } from './result.ts';
import type { ServerSettings, ToolSettings } from './server-config.ts';

/** A tool of a server as a tool of a chat. Throws `ChatError` when its schema cannot be used. */
export function mcpTool(callee: Callee): AnyTool {
  const { connection, definition } = callee;
  const { trusted = false, policy, timeout } = connection.server;
  const own = settingsOf(connection.server, definition.name);
  const hinted = concluded(definition.hints, trusted);
  const effect = own.effect ?? hinted.effect;
  const time = own.timeout ?? timeout;
  return {
    type: 'tool',
    ...(definition.title !== undefined && { title: definition.title }),
    description: definition.description,
    input: jsonSchema(definition.inputSchema),
    usual: own.effect === undefined ? hinted.usual : usualOf(own.effect, hinted.usual),
    pin: pinOf(definition),
    ...(effect && { effect }),
    ...(own.policy !== undefined && { policy: own.policy }),
    ...(policy !== undefined && { scopes: [policy] }),
    ...(time !== undefined && { timeout: time }),
    metadata: { ...(definition.hints as JsonObject), destructiveHint: hinted.destructive, server: connection.name },
    present: presentedOf,
    spanAttributes: () => ({ 'mcp.method.name': 'tools/call', ...connection.spanAttributes }),
    run: (input: unknown, context) => call(callee, input, context),
  };
}

/** What was said of one tool. */
export function settingsOf({ tools = {} }: ServerSettings, name: string): ToolSettings {
  return (Object.hasOwn(tools, name) ? tools[name] : undefined) ?? {};
}

/** Your word for an effect counts more than what was concluded from a hint. */
function usualOf(effect: Effect, hinted: Verdict): Verdict {
  if (effect === 'read') return 'allow';
  return hinted === 'allow' ? 'ask' : hinted;
}
