import { mentionsIn } from './mention.ts';
import type { MentionKind } from './mention.ts';

/** The words of a clause that no argument has taken yet. */
export interface Rest {
  text(): string;
  /** Takes what the pattern finds away and gives its first group. */
  take(pattern: RegExp): string | undefined;
  /** Takes the first thing of this kind away. */
  takeMention(kind: MentionKind): string | undefined;
  /** Both groups of a pattern that finds a pair. */
  takePair(pattern: RegExp): readonly [string, string] | undefined;
}

/** Starts with all words; every taking leaves fewer. */
export function restOf(clause: string): Rest {
  let left = clause;
  const cut = (start: number, end: number): void => {
    left = `${left.slice(0, start)} ${left.slice(end)}`;
  };
  return {
    text: () => left,
    take(pattern) {
      const match = pattern.exec(left);
      if (match === null) return undefined;
      cut(match.index, match.index + match[0].length);
      return match[1] ?? match[0];
    },
    takeMention(kind) {
      const found = mentionsIn(left).find((mention) => mention.kind === kind);
      if (found !== undefined) cut(found.start, found.end);
      return found?.value;
    },
    takePair(pattern) {
      const match = pattern.exec(left);
      if (match?.[1] === undefined || match[2] === undefined) return undefined;
      cut(match.index, match.index + match[0].length);
      return [match[1], match[2]];
    },
  };
}
