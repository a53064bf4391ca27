import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import type { ModelUsage } from '../../../conversation/usage.ts';
import { count } from '../../count.ts';

/** The usage object of a Responses server, normalised. */
export function usageOf(raw: Record<string, unknown>): ModelUsage {
  const output = count(raw['output_tokens']);
  return {
    input: count(raw['input_tokens']),
    output,
    cachedInput: count(members(raw['input_tokens_details'])['cached_tokens']),
    reasoning: Math.min(count(members(raw['output_tokens_details'])['reasoning_tokens']), output),
    // It was parsed from JSON.
    raw: raw as Json,
  };
}

function members(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
