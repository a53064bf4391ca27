import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import type { ModelUsage } from '../../../conversation/usage.ts';
import { count } from '../../count.ts';

/** The usage object of a Chat Completions server, normalised. */
export function usageOf(raw: Record<string, unknown>): ModelUsage {
  const input = count(raw['prompt_tokens']);
  const completion = count(raw['completion_tokens']);
  const inputDetails = members(raw['prompt_tokens_details']);
  const outputDetails = members(raw['completion_tokens_details']);
  // xAI counts reasoning beside the completion, Google only in the total: then the total says more than both.
  const beside = Math.max(0, count(raw['total_tokens']) - input - completion);
  const output = completion + beside;
  const reasoning = Math.max(beside, count(outputDetails['reasoning_tokens'] ?? raw['reasoning_tokens']));
  const cached =
    inputDetails['cached_tokens'] ?? raw['prompt_cache_hit_tokens'] ?? raw['num_cached_tokens'] ?? raw['cached_tokens'];
  return {
    input,
    output,
    cachedInput: count(cached),
    reasoning: Math.min(reasoning, output),
    // It was parsed from JSON.
    raw: raw as Json,
  };
}

function members(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
