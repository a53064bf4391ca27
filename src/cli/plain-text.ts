/**
 * Texts that somebody else wrote, made safe to judge (rule X5): what a person would not see, or what would move the
 * terminal, is shown as an escape; look-alikes are pointed out; what is long is folded, and says how long it is.
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

/** Every text in a value, keys too, apart from each other. */
export function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, member]) => `${key} ${textsIn(member)}`)
    .join(' ');
}

/** Words whose letters come from scripts that look alike, and which letters those are. */
export function mixedScripts(text: string): readonly string[] {
  const words = new Set(text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu));
  return Array.from(words).flatMap((word) => {
    const found = scripts.filter(({ letter }) => letter.test(word));
    if (found.length < 2) return [];
    const strange = Array.from(word).filter((letter) => /\P{ASCII}/u.test(letter) && scriptOf(letter) !== 'Latin');
    const named = Array.from(new Set(strange)).map((letter) => `${letter} is U+${hex(letter).padStart(4, '0')}`);
    return [`"${visible(word)}" mixes ${found.map(({ name }) => name).join(' and ')}: ${named.join(', ')}`];
  });
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
// halves of surrogate pairs, fillers and selectors that show nothing, the empty braille pattern.
const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const hiddenInLines = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
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

/** Scripts with letters that pass for those of another one. Those that are written beside Latin every day are left out. */
const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Georgian', 'Hebrew', 'Arabic'].map(
  (name) => ({ name, letter: new RegExp(String.raw`\p{Script=${name}}`, 'u') }),
);

function scriptOf(letter: string): string | undefined {
  return scripts.find((script) => script.letter.test(letter))?.name;
}
