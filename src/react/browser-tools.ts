import type { ProviderTool } from '../chat/provider-tool.ts';
import type { MixedTools } from '../chat/tool.ts';
import type { InputOf, OutputOf } from '../chat/types.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** What a tool of the browser is told besides its input. */
export interface BrowserToolContext {
  readonly call: ToolCall;
  /** Aborted when the call waits no more: another tab was first, or somebody stopped it. */
  readonly signal: AbortSignal;
}

/** Tools that this page runs: those of the chat that have no `run` of their own. What one throws is told to the model. */
export type BrowserTools<T extends MixedTools> = {
  readonly [Name in keyof T & string as T[Name] extends ProviderTool ? never : Name]?: (
    input: InputOf<T[Name]>,
    context: BrowserToolContext,
  ) => OutputOf<T[Name]> | Promise<OutputOf<T[Name]>>;
};

/** Tools, whatever they take and give. */
export type SomeBrowserTools = Readonly<
  Record<string, ((input: unknown, context: BrowserToolContext) => unknown) | undefined>
>;
