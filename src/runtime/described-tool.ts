import { describeInput } from '../chat/schema.ts';
import type { AnyTool } from '../chat/tool.ts';
import type { Toolbox } from '../chat/toolbox.ts';
import type { Effect } from '../conversation/tool-call.ts';

/** A tool as people are told of it: enough to make a form for its arguments, or for an answer in its place. */
export interface DescribedTool {
  readonly name: string;
  /** For people. */
  readonly title?: string;
  /** As models are told. */
  readonly description?: string;
  /** JSON Schema of its arguments, as models are told; absent where its provider alone knows them. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** JSON Schema of what may be answered in its place; absent where anything may be. */
  readonly output?: Readonly<Record<string, unknown>>;
  readonly effect: Effect;
  /** Its provider runs it, and nobody answers in its place. */
  readonly providerExecuted?: true;
}

const known = new WeakMap<Toolbox, readonly DescribedTool[]>();

/** The tools of a chat, in its order; made once for as long as it has the same ones. */
export function describedTools(toolbox: Toolbox): readonly DescribedTool[] {
  const tools = known.get(toolbox) ?? described(toolbox);
  known.set(toolbox, tools);
  return tools;
}

function described({ tools, declarations, providerDeclarations }: Toolbox): readonly DescribedTool[] {
  const own = declarations.map(({ name, description, inputSchema: input }): DescribedTool => {
    // Every declaration is of one of them.
    const one = tools[name]!;
    const title = one.title !== undefined && { title: one.title };
    return { name, ...title, description, input, ...outputOf(one), effect: one.effect ?? 'undeclared' };
  });
  const others = providerDeclarations.map(({ name, effect }): DescribedTool => ({
    name,
    effect: effect ?? 'undeclared',
    providerExecuted: true,
  }));
  return [...own, ...others];
}

/** What a person answers is checked by the schema; that it can be described is asked of no library. */
function outputOf({ output }: AnyTool): Pick<DescribedTool, 'output'> {
  try {
    return output ? { output: describeInput(output) } : {};
  } catch {
    return {};
  }
}
