import type { Policy } from './policy.ts';
import type { ProviderToolDeclaration } from './model.ts';

/**
 * A tool that runs at its provider (web search, code execution), as `openai.webSearch()` and its like make it. It stands
 * in a set beside tools of yours, under the name by which its calls are told; models of other providers do without it.
 */
export interface ProviderTool extends Omit<ProviderToolDeclaration, 'name'> {
  readonly type: 'provider-tool';
  /**
   * Asked about the calls for which the provider wants an approval; others run without one. Its input is their arguments,
   * as JSON. Default: with `effect: 'read'` they are allowed, all others ask.
   */
  readonly policy?: Policy<unknown, never>;
  /** Policies of the scopes that it was put into; see `scoped`. */
  readonly scopes?: readonly Policy<never, never>[];
}
