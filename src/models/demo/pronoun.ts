import { contentMarker } from './text-phrases.ts';

/** What a pronoun may stand for. */
export interface Antecedents {
  /** Named in the same sentence so far. */
  readonly own: readonly string[];
  /** Named in the turn before. */
  readonly earlier: readonly string[];
  /** The clause changes something: then one of several is not guessed. */
  readonly acting: boolean;
}

/** The clause with `it` replaced by its file or id; one clause for each thing when it says `them`. */
export function resolved(text: string, antecedents: Antecedents): readonly string[] {
  const found = pronounIn(text);
  if (found === undefined) return [text];
  const { own, earlier, acting } = antecedents;
  const several = /^(?:them|both|these|those)/i.test(found.word);
  const names = [...new Set(own.length > 0 ? own : earlier)];
  const unsure = acting && own.length === 0 && names.length > 1;
  const meant = several ? names : unsure ? [] : names.slice(-1);
  if (meant.length === 0) return [text];
  return meant.map((name) => text.slice(0, found.start) + name + text.slice(found.start + found.word.length));
}

const words = String.raw`(?:it|this|that|this one|that one|(?:this|that|the|the same) file|them(?: both| all)?|both(?: files| of them)?|(?:these|those)(?: files)?)`;
const behindVerb = new RegExp(
  String.raw`^((?:please\s+)?\p{L}+(?:\s+(?:for|at|in|into|of|rid of|me))?\s+)(${words})(?=\s*$|\s*[.,!?]|\s+(?:in|to|from|with|saying|again|now|too|as|for|please|away)\b)`,
  'iu',
);
const atEnd = new RegExp(String.raw`(\b(?:in|inside|from|to|of|into|about)\s+)(${words})\s*[.!?]*$`, 'iu');
const says = new RegExp(String.raw`(\bdoes\s+)(it|that file|the file)(?=\s)`, 'i');

function pronounIn(text: string): { readonly word: string; readonly start: number } | undefined {
  const marker = contentMarker.exec(text);
  const plain = marker === null ? text : text.slice(0, marker.index);
  const match = behindVerb.exec(plain) ?? (marker === null ? (atEnd.exec(plain) ?? says.exec(plain)) : null);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { word: match[2], start: match.index + match[1].length };
}
