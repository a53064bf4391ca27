/**
 * Texts that somebody else wrote, made safe to judge (rule X5): what a person would not see, or what would move the
 * terminal, is shown as an escape; what is long is folded, and says how long it is.
 */

/** On one line: every character that does not show is an escape, line breaks and tabs too. */
export function visible(text: string): string {
  return text.replace(hidden, escapeOf);
}

/** As `visible`, but line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(hiddenInLines, escapeOf);
}

/** For words that are only read, never approved: what would move the terminal or turn the text around is an escape. */
export function visibleSpeech(text: string): string {
  return text.replace(harmful, escapeOf);
}

/** A value as JSON that shows all it holds, and is still JSON: on one line, or indented. */
export function visibleJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? String(value);
  return text.replace(hiddenInLines, jsonEscapeOf);
}

/** What is shown of a text, and whether that is all. */
export interface Folded {
  readonly lines: readonly string[];
  readonly folded: boolean;
}

/** The first lines of a text; `rest` says how long it is when there are more. */
export interface Fold {
  readonly lines: readonly string[];
  readonly rest?: string;
}

/** The first lines of a text that is longer than `maxLines` lines or `maxLength` characters, and how long it is. */
export function fold(text: string, maxLines: number, maxLength: number): Fold {
  const lines = text.split('\n');
  if (lines.length <= maxLines && text.length <= maxLength) return { lines };
  const head = text.slice(0, maxLength).split('\n').slice(0, maxLines);
  return { lines: head, rest: `[folded here: ${sizeOf(text)} in all]` };
}

/** `3 lines, 1,204 characters`. */
export function sizeOf(text: string): string {
  const lines = text.split('\n').length;
  const characters = count(text.length, 'character');
  return lines === 1 ? characters : `${count(lines, 'line')}, ${characters}`;
}

/** `1 line`, `2,000 lines`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** The beginning of a text, on one line of at most this many characters. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

// Controls, format characters (zero-width, bidi, tags), separators but the space, private and unassigned characters,
// halves of surrogate pairs, fillers and selectors that show nothing, the empty braille pattern. And marks that stand
// on nothing, strike out or enclose what is before them, or pile up: they would change how our own signs look.
const unseen = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}`;
const marks = String.raw`(?<![\p{L}\p{M}\p{N}])\p{M}|[\u0334-\u0338\u20D0-\u20F0\p{Me}]|(?<=\p{M}{4})\p{M}`;
const hidden = new RegExp(`${unseen}|${marks}`, 'gu');
const hiddenInLines = new RegExp(String.raw`(?![\n\t])(?:${unseen}|${marks})`, 'gu');
const harmful = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

function escapeOf(character: string): string {
  const code = hex(character);
  return short[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`);
}

/** JSON has no escape for a whole code point, only for its halves. */
function jsonEscapeOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
