import type { Clause } from './clause.ts';
import { mentionsIn } from './mention.ts';
import { contentMarker } from './text-phrases.ts';

/** "Write a poem to poem.txt": it asks for words that somebody would have to make up, which rules cannot. */
export function asksToCompose({ kind, intents, rest }: Clause): boolean {
  if (kind !== 'order' || intents.create === undefined || contentMarker.test(rest)) return false;
  if (/\b(?:with|called|named)\s/i.test(rest) || mentionsIn(rest).some((mention) => mention.kind === 'quoted'))
    return false;
  return composed.test(rest);
}

/** What is said instead of making something up. */
export const composingNote =
  'I am a small set of rules, not an AI, and cannot make up a text. Say what shall be in it, such as: create poem.txt saying roses are red';

const composed =
  /^(?:me |us )?(?:an?|the|some|my|your)\s+(?:[\w-]+\s+){0,3}?(?:poem|haiku|limerick|story|song|joke|essay|letter|summary|article|recipe|speech|script|program|function|app|website|report|name|age|address|birthday)\b/i;
