import { ChatError, messageOf } from '../conversation/error.ts';
import type { ToolDeclaration } from './model.ts';
import { describeInput } from './schema.ts';
import type { MixedTools, ToolSet } from './tool.ts';
import type { Toolbox } from './toolbox.ts';
import type { Tools } from './types.ts';

/** All tools together. Throws `ChatError` `invalid-request` for what cannot be declared. */
export function toolboxOf(given: Tools): Toolbox {
  const all = Object.entries(mergeTools(given));
  const tools = Object.fromEntries(all.flatMap(([name, one]) => (one.type === 'tool' ? [[name, one]] : [])));
  const providers = all.flatMap(([name, one]) => (one.type === 'tool' ? [] : [[name, one] as const]));
  return {
    tools,
    providerTools: Object.fromEntries(providers),
    declarations: declare(tools),
    providerDeclarations: providers.map(([name, { policy: _policy, scopes: _scopes, ...told }]) => ({ ...told, name })),
  };
}

/** One set of all tools. Throws `ChatError` `invalid-request` for a name that stands twice or that providers refuse. */
function mergeTools(tools: Tools): MixedTools {
  const merged: Record<string, MixedTools[string]> = {};
  for (const set of Array.isArray(tools) ? (tools as readonly MixedTools[]) : [tools as MixedTools]) {
    for (const [name, tool] of Object.entries(set)) {
      if (Object.hasOwn(merged, name)) throw refused(name, 'two sets of tools share this name');
      if (!/^(?!__proto__$)[a-zA-Z0-9_-]{1,64}$/.test(name)) {
        throw refused(name, 'a name has 1 to 64 letters, digits, underscores or hyphens');
      }
      if (tool?.type !== 'tool' && tool?.kind === undefined) throw refused(name, 'it was not made by tool()');
      merged[name] = tool;
    }
  }
  return merged;
}

/** The tools as models are told of them, in a stable order, since prompt caches depend on it. */
export function declare(tools: ToolSet): readonly ToolDeclaration[] {
  return Object.entries(tools).map(([name, tool]) => {
    try {
      const inputSchema = tool.input ? describeInput(tool.input) : { type: 'object', properties: {} };
      return { name, description: tool.description, inputSchema };
    } catch (cause) {
      throw refused(name, `its input schema cannot be described: ${messageOf(cause)}`, cause);
    }
  });
}

function refused(name: string, why: string, cause?: unknown): ChatError {
  return new ChatError('invalid-request', `Tool ${JSON.stringify(name)}: ${why}.`, { cause });
}
