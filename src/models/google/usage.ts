import type { Json } from '../../conversation/json.ts';
import type { ModelUsage } from '../../conversation/usage.ts';
import { count } from '../count.ts';

/** Whether a `usageMetadata` counts anything: in the middle of an answer it may only name the kind of traffic. */
export function isCounted({
  promptTokenCount,
  candidatesTokenCount,
  totalTokenCount,
}: Record<string, unknown>): boolean {
  return (promptTokenCount ?? candidatesTokenCount ?? totalTokenCount) !== undefined;
}

/** Gemini's `usageMetadata`, normalised: thoughts are counted beside the answer, what its own tools read beside the prompt. */
export function usageOf(raw: Readonly<Record<string, unknown>>): ModelUsage {
  const input = count(raw['promptTokenCount']) + count(raw['toolUsePromptTokenCount']);
  const reasoning = count(raw['thoughtsTokenCount']);
  return {
    input,
    output: count(raw['candidatesTokenCount']) + reasoning,
    cachedInput: Math.min(count(raw['cachedContentTokenCount']), input),
    reasoning,
    // It was parsed from JSON.
    raw: raw as Json,
  };
}
