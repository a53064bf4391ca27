import { ChatError, messageOf } from '../conversation/error.ts';
import type { ToolDeclaration } from './model.ts';
import { describeInput } from './schema.ts';
import type { ProviderTool } from './provider-tool.ts';
import type { AnyTool, MixedTools, ToolSet } from './tool.ts';
import type { Toolbox } from './toolbox.ts';
import type { Tools } from './types.ts';

/** All tools together. Throws `ChatError` `invalid-request` for what cannot be declared. */
export function toolboxOf(given: Tools): Toolbox {
  const { tools, providerTools } = sorted([given as MixedTools].flat());
  return {
    tools,
    providerTools,
    declarations: declare(tools),
    providerDeclarations: Object.entries(providerTools).map(
      ([name, { policy: _policy, scopes: _scopes, ...told }]) => ({ ...told, name }),
    ),
  };
}

/** One set of each kind. Throws `ChatError` `invalid-request` for a name that stands twice or that providers refuse. */
function sorted(sets: readonly MixedTools[]): Pick<Toolbox, 'tools' | 'providerTools'> {
  const tools: Record<string, AnyTool> = {};
  const providerTools: Record<string, ProviderTool> = {};
  for (const [name, one] of sets.flatMap((set) => Object.entries(set))) {
    if (Object.hasOwn(tools, name) || Object.hasOwn(providerTools, name))
      throw refused(name, 'two sets of tools share this name');
    if (!/^(?!__proto__$)[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw refused(name, 'a name has 1 to 64 letters, digits, `_` or `-`');
    }
    // As others call `input` and `run`: without them it would wait for somebody else to run it, for ever.
    const foreign = ['inputSchema', 'execute'].find((option) => one && option in one);
    if (foreign) throw refused(name, `tool() has no option \`${foreign}\``);
    if (one?.type === 'tool') tools[name] = one;
    else if (one?.kind) providerTools[name] = one;
    else throw refused(name, 'it was not made by tool()');
  }
  return { tools, providerTools };
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
