import type { MixedTools, ToolContext } from '../chat/tool.ts';

/** One start of a tool: an effect that may have happened. */
export interface ToolStart {
  /** The id of its call. */
  readonly call: string;
  readonly name: string;
  readonly input: unknown;
  readonly key: string;
  /** Counted for each call, from 1. */
  readonly attempt: number;
}

/** The starts of tools, in the order in which they happened. */
export interface ToolStarts {
  readonly list: readonly ToolStart[];
  /** How often this call was started. */
  of(call: string): number;
  /** The same tools, noted whenever one starts. */
  watch<T extends MixedTools>(tools: T): T;
}

/**
 * Notes each start of a tool: what a test counts to prove that nothing ran twice.
 *
 * @example
 * const starts = toolStarts();
 * const chat = createChat({ model, tools: starts.watch({ refund }) });
 */
export function toolStarts(): ToolStarts {
  const list: ToolStart[] = [];
  const watched = (tool: MixedTools[string]): MixedTools[string] => {
    if (tool.type !== 'tool' || !tool.run) return tool;
    const { run } = tool;
    return {
      ...tool,
      run: (input: unknown, context: ToolContext) => {
        const { id, name, attempt } = context.call;
        list.push({ call: id, name, input, key: context.key, attempt: attempt?.number ?? 0 });
        return run(input, context);
      },
    };
  };
  return {
    list,
    of: (call) => list.filter((start) => start.call === call).length,
    // Each tool stays what it was but for its run function, which takes and gives the same.
    watch: <T extends MixedTools>(tools: T) =>
      Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, watched(tool)])) as unknown as T,
  };
}
