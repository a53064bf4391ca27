import { withoutPoliteness } from './clause.ts';
import { planFor } from './plan.ts';
import type { Saying } from './plan.ts';

const verbs = [
  'read',
  'show',
  'open',
  'list',
  'find',
  'search',
  'create',
  'write',
  'make',
  'replace',
  'change',
  'delete',
  'remove',
  'run',
];

/** The sentence with its first word spelled as a verb, when that makes it something to do. It is only asked, never done. */
export function correctionOf(saying: Saying): string | undefined {
  const text = withoutPoliteness(saying.text);
  const first = /^\p{L}{3,}(?=\s)/u.exec(text)?.[0];
  if (first === undefined) return undefined;
  const near = [...verbs, ...saying.tools.flatMap((tool) => tool.verbs)].filter(
    (verb) => isNear(first.toLowerCase(), verb) || isGerund(first.toLowerCase(), verb),
  );
  const sentences = near.map((verb) => verb + text.slice(first.length));
  return sentences.find((sentence) => planFor({ ...saying, text: sentence }).batches.length > 0);
}

/** `deleting`, `running`. */
function isGerund(word: string, verb: string): boolean {
  return [`${verb}ing`, `${verb.replace(/e$/, '')}ing`, `${verb}${verb.at(-1)}ing`].includes(word);
}

/** One letter too many, missing, wrong, or two that changed places. */
function isNear(word: string, other: string): boolean {
  if (other.length < 4) return false;
  let start = 0;
  while (start < word.length && word[start] === other[start]) start += 1;
  const left = word.slice(start);
  const right = other.slice(start);
  const swapped = left.slice(0, 2) === `${right[1]}${right[0]}` && left.slice(2) === right.slice(2);
  return swapped || left.slice(1) === right || left === right.slice(1) || left.slice(1) === right.slice(1);
}
