import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { ModelUsage } from '../../conversation/usage.ts';
import { count } from '../count.ts';

/**
 * The usage of Anthropic Messages, normalised: there the input is counted without what was read from the cache and what
 * was written to it. Work that the provider did on the side (shortening the conversation, asking an advisor) is told
 * only among the iterations, and counts too.
 */
export function usageOf(raw: Readonly<Record<string, unknown>>): ModelUsage {
  const iterations = Array.isArray(raw['iterations']) ? raw['iterations'].filter(isObject) : [];
  const all = [raw, ...iterations.filter(({ type }) => type !== 'message' && type !== 'fallback_message')];
  const sum = (...names: readonly string[]): number =>
    all.reduce((total, one) => names.reduce((more, name) => more + count(one[name]), total), 0);
  const cachedInput = sum('cache_read_input_tokens');
  const output = sum('output_tokens');
  const details = isObject(raw['output_tokens_details']) ? raw['output_tokens_details'] : {};
  return {
    input: cachedInput + sum('input_tokens', 'cache_creation_input_tokens'),
    output,
    cachedInput,
    reasoning: Math.min(count(details['thinking_tokens']), output),
    // It was parsed from JSON.
    raw: raw as Json,
  };
}

/** The end of an answer tells its usage anew, but not all of it: what it leaves out is as the beginning said. */
export function mergedUsage(start: unknown, end: unknown): Readonly<Record<string, unknown>> {
  const known = isObject(end) ? Object.entries(end).filter(([, value]) => value !== null) : [];
  return { ...(isObject(start) ? start : {}), ...Object.fromEntries(known) };
}
