import type { ModelName } from '../../conversation/message.ts';
import type { ModelUsage } from '../../conversation/usage.ts';

/** Tokens of one model in a run, as AG-UI counts them: the parts are in the totals. */
export interface TokenUsage {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly reasoningTokens: number;
  readonly cachedInputTokens: number;
}

/** What the model calls have cost that a client was told of, by their models; calls that never reported are not in it (rule L5). */
export class Spending {
  readonly #models = new Map<string, TokenUsage>();

  add({ provider, id }: ModelName, usage: ModelUsage | undefined): void {
    if (!usage) return;
    const name = `${provider}/${id}`;
    const before = this.#models.get(name);
    const inputTokens = (before?.inputTokens ?? 0) + usage.input;
    const outputTokens = (before?.outputTokens ?? 0) + usage.output;
    this.#models.set(name, {
      provider,
      model: id,
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
      reasoningTokens: (before?.reasoningTokens ?? 0) + usage.reasoning,
      cachedInputTokens: (before?.cachedInputTokens ?? 0) + usage.cachedInput,
    });
  }

  /** As the last event of a run has it; absent when nothing was reported. */
  get told(): { readonly usage?: readonly TokenUsage[] } {
    return this.#models.size > 0 ? { usage: [...this.#models.values()] } : {};
  }
}
