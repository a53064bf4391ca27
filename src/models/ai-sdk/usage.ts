import type { Json } from '../../conversation/json.ts';
import type { ModelUsage } from '../../conversation/usage.ts';
import { count as counted } from '../count.ts';
import type { SdkUsage } from './language-model.ts';

/** Tokens, normalised; `undefined` when the provider told none. */
export function usageOf(usage: SdkUsage): ModelUsage | undefined {
  const { inputTokens: asked = {}, outputTokens: told = {}, raw } = usage;
  if (asked.total === undefined && told.total === undefined && raw === undefined) return undefined;
  const cached = count(asked.cacheRead);
  const thought = count(told.reasoning);
  const input = Math.max(count(asked.total ?? count(asked.noCache) + cached + count(asked.cacheWrite)), cached);
  const output = Math.max(count(told.total ?? count(told.text) + thought), thought);
  // It was parsed from JSON.
  return { input, output, cachedInput: cached, reasoning: thought, raw: raw ?? (usage as Json) };
}

/** Whole tokens. */
function count(tokens: number | undefined): number {
  return Math.round(counted(tokens));
}
