import { visible } from './plain-text.ts';

/** What in a text may be taken for something else, a sentence each (rule X5). */
export function lookAlikes(text: string): readonly string[] {
  const words = Array.from(new Set(text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu)));
  const disguises = words.filter((word) => isDisguise(word, text)).map(disguiseText);
  return [...mixed(words), ...disguises, ...strangeForms(text), ...rightToLeft(text)];
}

/** Every text in a value, keys too, apart from each other. */
export function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, member]) => `${key} ${textsIn(member)}`)
    .join(' ');
}

/** Letters that turn the order around of what stands beside them, where a terminal knows about such scripts. */
export function hasRightToLeft(text: string): boolean {
  return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text);
}

/** Scripts with letters that pass for those of another one. Those that are written beside Latin every day are left out. */
const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Georgian', 'Hebrew', 'Arabic'].map(
  (name) => ({ name, letter: new RegExp(String.raw`\p{Script=${name}}`, 'u') }),
);

function mixed(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    const found = scripts.filter(({ letter }) => letter.test(word));
    if (found.length < 2) return [];
    const strange = Array.from(word).filter((letter) => /\P{ASCII}/u.test(letter) && scriptOf(letter) !== 'Latin');
    return [`"${visible(word)}" mixes ${found.map(({ name }) => name).join(' and ')}: ${named(strange)}`];
  });
}

/** Letters that look like Latin ones. */
const disguised: Readonly<Record<string, RegExp>> = {
  Cyrillic: /^[асеорхуѕіјԁԛԝһӏѵАВСЕНІЈКМОРЅТХУԌԚԜҺӀѴ]$/u,
  Greek: /^[οναιρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]$/u,
};

/** A word of look-alikes only, in a text that has no other letter of their script: hardly a word of that language. */
function isDisguise(word: string, text: string): boolean {
  const script = scriptOf(Array.from(word)[0] ?? '');
  const looks = script === undefined ? undefined : disguised[script];
  if (!looks || !Array.from(word).every((letter) => looks.test(letter))) return false;
  return Array.from(text).every((letter) => scriptOf(letter) !== script || looks.test(letter));
}

function disguiseText(word: string): string {
  const letters = Array.from(word);
  return `"${word}" looks Latin but is ${scriptOf(letters[0] ?? '')}: ${named(letters)}`;
}

/** Wide, bold and other forms of plain letters and digits, and signs that pass for those of paths and commands. */
function strangeForms(text: string): readonly string[] {
  const found = Array.from(text).flatMap((character) => {
    const plain = signs[character] ?? (/[\p{L}\p{Nd}]/u.test(character) ? character.normalize('NFKC') : '');
    return plain !== character && /^[!-~]$/.test(plain)
      ? [`${character} is no "${plain}" but U+${code(character)}`]
      : [];
  });
  return Array.from(new Set(found)).slice(0, 8);
}

const signs: Readonly<Record<string, string>> = {
  '\u2044': '/',
  '\u2215': '/',
  '\u29F8': '/',
  '\uFF0F': '/',
  '\uFF3C': '\\',
  '\u29F5': '\\',
  '\u2216': '\\',
  '\uFF0E': '.',
  '\u2024': '.',
  '\uA4F8': '.',
  '\u037E': ';',
  '\u2236': ':',
  '\uA789': ':',
  '\u02D0': ':',
  '\u01C3': '!',
  '\u2010': '-',
  '\u2011': '-',
  '\u2212': '-',
  '\uFF04': '$',
  '\uFF5C': '|',
  '\uFF06': '&',
};

function rightToLeft(text: string): readonly string[] {
  return hasRightToLeft(text) ? ['letters from right to left: their order may look different'] : [];
}

function named(letters: readonly string[]): string {
  return Array.from(new Set(letters), (letter) => `${letter} is U+${code(letter)}`).join(', ');
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}

function scriptOf(letter: string): string | undefined {
  return scripts.find((script) => script.letter.test(letter))?.name;
}
