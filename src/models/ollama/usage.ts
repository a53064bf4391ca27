import type { Json } from '../../conversation/json.ts';
import type { ModelUsage } from '../../conversation/usage.ts';
import { count } from '../count.ts';

/**
 * What the last line counts. Thinking is counted as output and not apart; what the server had kept of the prompt is not
 * told. `raw` has the durations too, in nanoseconds.
 */
export function usageOf(line: Readonly<Record<string, unknown>>): ModelUsage | undefined {
  const counted = Object.entries(line).filter(([name, value]) => /_(count|duration)$/.test(name) && value !== null);
  if (counted.length === 0) return undefined;
  return {
    input: count(line['prompt_eval_count']),
    output: count(line['eval_count']),
    cachedInput: 0,
    reasoning: 0,
    // It was parsed from JSON.
    raw: Object.fromEntries(counted) as Json,
  };
}
