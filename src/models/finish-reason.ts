import type { FinishReason } from '../conversation/message.ts';

/** What a provider's words for the end of an answer mean. */
export type FinishReasons = Readonly<Record<string, FinishReason>>;

/** What such a word means: `other` when nobody knows it, be it a name that every object has. */
export function reasonFor(word: string, reasons: FinishReasons): FinishReason {
  return Object.hasOwn(reasons, word) ? reasons[word]! : 'other';
}
