import type { Json } from './json.ts';

/**
 * Tokens of one model call as its provider reported them, normalised:
 * `input` includes `cachedInput`, `output` includes `reasoning`.
 */
export interface ModelUsage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly reasoning: number;
  /** The provider's own usage object, untouched. */
  readonly raw?: Json;
}

/** Tokens of a whole run: summed over steps, pauses and retries (rule L5). */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly reasoning: number;
  /** Model calls that were cut before they reported; the sum is exact when this is 0. */
  readonly unreported: number;
  /** UTF-16 units of text and reasoning that had come from those calls. */
  readonly unreportedLength: number;
}

/** Usage of a run in which nothing was spent yet. */
export const noUsage: Usage = { input: 0, output: 0, cachedInput: 0, reasoning: 0, unreported: 0, unreportedLength: 0 };

/**
 * The usage of a run after one more model call, or another run; `undefined` is a call that never reported, of which so much
 * text had come.
 */
export function addUsage(sum: Usage, more: ModelUsage | Usage | undefined, length = 0): Usage {
  const added: Partial<Usage> = more ?? { unreported: 1, unreportedLength: length };
  const total: { -readonly [Name in keyof Usage]: number } = { ...sum };
  // Its keys are those of all usage.
  for (const name in noUsage) total[name as keyof Usage] += added[name as keyof Usage] ?? 0;
  return total;
}
