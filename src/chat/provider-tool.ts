import type { ProviderToolDeclaration } from './model.ts';
import type { Policy } from './policy.ts';

/**
 * A tool that runs at its provider (web search, code execution), as `openai.webSearch()` and its like make it. In a set it
 * stands beside tools of yours, and its calls are told under the name that it has there; models of other providers do
 * without it.
 */
export interface ProviderTool extends Omit<ProviderToolDeclaration, 'name'> {
  /** What tells a tool of yours from it. */
  readonly type?: 'provider-tool';
  /** Its name where it stands in no set. */
  readonly name?: string;
  /**
   * Asked about the calls for which the provider wants an approval; others run without one. Its input is their arguments,
   * as JSON. Default: with `effect: 'read'` they are allowed, all others ask.
   */
  readonly policy?: Policy<unknown, never>;
  /** Policies of the scopes that it was put into; see `scoped`. */
  readonly scopes?: readonly Policy<never, never>[];
}
