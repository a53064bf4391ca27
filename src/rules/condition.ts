import { orderedJson } from '../conversation/digest.ts';
import { isObject } from '../conversation/json.ts';
import { commandMatcher } from './command.ts';
import { valuesAt, wholesAt } from './member.ts';
import { pathMatcher } from './path.ts';
import type { Place } from './path.ts';
import type { Literal } from '../conversation/rule.ts';
import { all, certainly, some } from './truth.ts';
import type { Reading, Truth } from './truth.ts';
import { fits, folded, isWild } from './wildcard.ts';

/** What is to be told of an input by one member of `when`. */
export interface MemberTest {
  readonly member: string;
  test(input: unknown): Truth;
}

/** What a condition stands in. */
export interface Circumstances {
  readonly place: Place;
  readonly reading: Reading;
}

/** A test of what a rule says of a member. Throws when it says nothing that is known here. */
export function memberTest(member: string, condition: unknown, about: Circumstances): MemberTest {
  if (member === '' || member.split('.').includes('')) throw new Error('it is no name of a member');
  const operators = isObject(condition) ? condition : operatorsOf(member, condition);
  const { exists, ...others } = operators;
  const { whole, rest } = split(others);
  if (exists !== undefined && typeof exists !== 'boolean') throw new Error('"exists" is either true or false');
  if (Object.keys(operators).length === 0) throw new Error('it says nothing');
  const matchers = Object.entries(rest).map(([word, wanted]) => matcherOf(member, { word, wanted }, about));
  const matches = (value: unknown): Truth => all(matchers.map((matcher) => matcher(value)));
  return {
    member,
    test(input) {
      const values = valuesAt(input, member);
      const there = exists === undefined ? [] : [certainly(values.length > 0 === exists)];
      if (whole !== undefined)
        there.push(some(wholesAt(input, member).map((one) => isSame(one, whole, about.reading))));
      if (matchers.length === 0) return all(there);
      // Of what allows every element must fit; of what forbids one is enough.
      const fit = (about.reading === 'narrow' ? all : some)(values.map(matches));
      return all([...there, fit]);
    },
  };
}

/** `equals` of a list or an object is about the whole of it. */
function split({ equals, ...rest }: Readonly<Record<string, unknown>>): {
  readonly whole?: object;
  readonly rest: Readonly<Record<string, unknown>>;
} {
  if (typeof equals === 'object' && equals !== null) return { whole: equals, rest };
  return { rest: { ...rest, ...(equals !== undefined && { equals }) } };
}

function isSame(value: unknown, whole: object, reading: Reading): Truth {
  if (value === undefined) return 'no';
  const [given, wanted] = [orderedJson(value), orderedJson(whole)];
  if (given === wanted) return 'yes';
  if (reading === 'narrow') return 'no';
  const [loose, meant] = [folded(given), folded(wanted)];
  if (loose === meant) return 'yes';
  // A tool may take "5" for 5.
  return loose.replaceAll('"', '') === meant.replaceAll('"', '') ? 'unknown' : 'no';
}

type Matcher = (value: unknown) => Truth;

/** What is written without a word: a text is read by the name of its member, so that no path is compared as a mere text. */
function operatorsOf(member: string, condition: unknown): Readonly<Record<string, unknown>> {
  const list = Array.isArray(condition) ? condition : [condition];
  if (list.length === 0) throw new Error('it is an empty list');
  const texts = list.filter((one) => typeof one === 'string');
  if (texts.length === 0) return { in: list };
  const isPath = namesPath.test(member) || texts.every((text) => /^\.{0,2}\//.test(text));
  if (isPath || namesCommand.test(member)) {
    if (texts.length < list.length) throw new Error('it mixes texts with other values');
    return isPath ? { path: texts } : { command: texts };
  }
  const unclear = texts.find((text) => isWild(text) || /[/\\]/.test(text));
  if (unclear !== undefined) {
    throw new Error(`${JSON.stringify(unclear)} may be a path or a text: write { "path": … }, "equals" or "matches"`);
  }
  return { in: list };
}

/** Whether a member is named like one that holds a path. */
export function isPathName(member: string): boolean {
  return namesPath.test(member);
}

const namesPath =
  /(?:^|[._-])(?:path|file|filename|dir|directory|folder|cwd)s?$|[a-z](?:Path|File|Dir|Directory|Folder|FileName)s?$/;
const namesCommand = /(?:^|[._-])(?:command|cmd|script|shell)s?$|[a-z](?:Command|Cmd|Script)s?$/;

interface Word {
  readonly word: string;
  readonly wanted: unknown;
}

function matcherOf(member: string, { word, wanted }: Word, { place, reading }: Circumstances): Matcher {
  switch (word) {
    case 'equals':
      return literalMatcher(wanted, reading);
    case 'in':
      return anyOf(listOf(word, wanted), (one) => literalMatcher(one, reading));
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return numberMatcher(word, wanted);
    case 'startsWith':
    case 'endsWith':
    case 'matches':
      if (namesCommand.test(member)) throw new Error(`"${word}" says nothing safe of a command: use "command"`);
      if (namesPath.test(member)) throw new Error(`"${word}" says nothing safe of a path: use "path"`);
      return textMatcher(word, wanted, reading);
    case 'path':
      return anyOf(textsOf(word, wanted), (one) => pathMatcher(one, place, reading));
    case 'command':
      return anyOf(textsOf(word, wanted), (one) => commandMatcher(one, reading));
    default:
      throw new Error(`"${word}" is no word for a condition`);
  }
}

function anyOf<T>(list: readonly T[], matcherOf: (one: T) => Matcher): Matcher {
  const matchers = list.map(matcherOf);
  return (value) => some(matchers.map((matcher) => matcher(value)));
}

function literalMatcher(wanted: unknown, reading: Reading): Matcher {
  if (!isLiteral(wanted)) throw new Error('what it is compared with is a text, a number, true, false or null');
  return (value) => {
    // A tool may take "50" for 50.
    if (value === undefined || typeof value !== typeof wanted) return 'unknown';
    if (value === wanted) return 'yes';
    // Tools like to drop blanks.
    const isMeant = typeof wanted === 'string' && folded(String(value)).trim() === folded(wanted).trim();
    return certainly(reading === 'wide' && isMeant);
  };
}

function isLiteral(value: unknown): value is Literal {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function numberMatcher(word: 'lt' | 'lte' | 'gt' | 'gte', wanted: unknown): Matcher {
  if (typeof wanted !== 'number' || !Number.isFinite(wanted)) throw new Error(`"${word}" is a number`);
  const holds = {
    lt: (value: number) => value < wanted,
    lte: (value: number) => value <= wanted,
    gt: (value: number) => value > wanted,
    gte: (value: number) => value >= wanted,
  }[word];
  return (value) => (typeof value === 'number' && !Number.isNaN(value) ? certainly(holds(value)) : 'unknown');
}

function textMatcher(word: 'startsWith' | 'endsWith' | 'matches', wanted: unknown, reading: Reading): Matcher {
  if (typeof wanted !== 'string' || wanted === '') throw new Error(`"${word}" is a text`);
  if (reading === 'narrow' && opensHost(word, wanted)) {
    throw new Error(`${JSON.stringify(wanted)} leaves open how its host ends or begins: name it whole, up to the "/"`);
  }
  const holds = (text: string, sign: string): boolean => {
    if (word === 'startsWith') return text.startsWith(sign);
    return word === 'endsWith' ? text.endsWith(sign) : fits(text, sign);
  };
  const wide = folded(wanted);
  return (value) => {
    if (typeof value !== 'string') return 'unknown';
    if (holds(value, wanted)) return 'yes';
    if (reading === 'narrow') return 'no';
    const loose = folded(value);
    return certainly(holds(loose, wide) || holds(loose.trim(), wide));
  };
}

/** `https://shop.example` begins `https://shop.example.evil.example` too, and `https://*.shop.example/` fits `https://evil.example/.shop.example/`. */
function opensHost(word: 'startsWith' | 'endsWith' | 'matches', wanted: string): boolean {
  const [, host, path] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)(.*)$/is.exec(wanted) ?? [];
  if (host === undefined) return false;
  return word === 'matches' ? isWild(host) || path!.startsWith('?') : word === 'startsWith' && path === '';
}

function listOf(word: string, wanted: unknown): readonly unknown[] {
  if (!Array.isArray(wanted) || wanted.length === 0) throw new Error(`"${word}" is a list that is not empty`);
  return wanted;
}

function textsOf(word: string, wanted: unknown): readonly string[] {
  const texts = listOf(word, Array.isArray(wanted) ? wanted : [wanted]);
  if (!texts.every((text): text is string => typeof text === 'string'))
    throw new Error(`"${word}" is a text, or several`);
  return texts;
}
