import type { ProviderToolDeclaration, ToolDeclaration } from './model.ts';
import type { ProviderTool } from './provider-tool.ts';
import type { ToolSet } from './tool.ts';

/** Tools, and how models are told of them: rendered once for a chat. */
export interface Toolbox {
  /** Those that run here, or wait for an answer. */
  readonly tools: ToolSet;
  readonly providerTools: Readonly<Record<string, ProviderTool>>;
  readonly declarations: readonly ToolDeclaration[];
  readonly providerDeclarations: readonly ProviderToolDeclaration[];
}
