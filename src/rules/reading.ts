import { ChatError, messageOf } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { memberTest } from './condition.ts';
import type { MemberTest } from './condition.ts';
import type { Place } from './path.ts';
import type { Rule, RuleDecision } from '../conversation/rule.ts';
import type { RuleTest } from './rule.ts';
import { fits } from './wildcard.ts';

/** A rule that was read: what it says, and how it is found out whether it fits. */
export interface ReadRule {
  readonly rule: Rule;
  /** `rule 3`. */
  readonly name: string;
  readonly members: readonly MemberTest[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  isAbout(tool: string): boolean;
}

/** A file that was read. */
export interface ReadFile {
  readonly fallback: RuleDecision;
  readonly rules: readonly ReadRule[];
  readonly tests: readonly RuleTest[];
}

/** Reads what should be a file of rules. Throws `ChatError` `invalid-request` that names the rule and what is wrong. */
export function readFile(json: unknown, place: Place): ReadFile {
  const given: unknown = typeof json === 'string' ? parsed(json) : json;
  const { version, default: fallback = 'ask', rules, tests = [], $schema: _, ...others } = objectOf(given);
  if (version !== 1) throw wrong(`their version is ${JSON.stringify(version)}, not 1`);
  refuseOthers(others, 'they');
  if (!isDecision(fallback)) throw wrong(`their default is ${JSON.stringify(fallback)}, not deny, ask or allow`);
  if (!Array.isArray(rules)) throw wrong('they hold no list of rules');
  if (!Array.isArray(tests)) throw wrong('their tests are no list');
  return {
    fallback,
    rules: rules.map((rule, index) => readRule(rule, `rule ${index + 1}`, place)),
    tests: tests.map((test, index) => readTest(test, `test ${index + 1}`)),
  };
}

/** Reads a rule. Throws `ChatError` `invalid-request` under this name. */
export function readRule(given: unknown, name: string, place: Place): ReadRule {
  const { decision, tool, when, only, reason, expires, ...others } = objectOf(given, name);
  refuseOthers(others, name);
  if (!isDecision(decision)) throw wrong(`${name} decides ${JSON.stringify(decision)}, not deny, ask or allow`);
  if (typeof tool !== 'string' || tool === '') throw wrong(`${name} names no tool`);
  if (only !== undefined && (only !== true || decision !== 'allow' || when === undefined)) {
    throw wrong(`"only" of ${name} is true, beside "allow" and "when", or not there`);
  }
  if (reason !== undefined && typeof reason !== 'string') throw wrong(`the reason of ${name} is no text`);
  // What is a rule was copied, so that nobody changes it afterwards.
  const rule = structuredClone(given) as Rule;
  return {
    rule,
    name,
    members: membersOf({ when, decision }, name, place),
    expiresAt: timeOf(expires, name),
    isAbout: (other) => fits(other, tool),
  };
}

/** `deny fs__*, path: ./secrets/**`. */
export function textOf({ decision, tool, when, only }: Rule): string {
  const members = Object.entries(when ?? {}).map(([member, condition]) => `${member}: ${JSON.stringify(condition)}`);
  return [`${decision} ${tool}`, ...members, ...(only ? ['nothing else'] : [])].join(', ');
}

function membersOf(
  { when, decision }: { readonly when: unknown; readonly decision: RuleDecision },
  name: string,
  place: Place,
): readonly MemberTest[] {
  if (when === undefined) return [];
  if (!isObject(when) || Object.keys(when).length === 0) throw wrong(`"when" of ${name} names no member`);
  const reading = decision === 'allow' ? 'narrow' : 'wide';
  return Object.entries(when).map(([member, condition]) => {
    try {
      return memberTest(member, condition, { place, reading });
    } catch (cause) {
      throw wrong(`${JSON.stringify(member)} of ${name}: ${messageOf(cause)}`, cause);
    }
  });
}

function readTest(given: unknown, name: string): RuleTest {
  const { tool, input, expect, because, ...others } = objectOf(given, name);
  refuseOthers(others, name);
  if (typeof tool !== 'string' || !isDecision(expect)) throw wrong(`${name} needs a tool, and what is expected`);
  if (input !== undefined && !isObject(input)) throw wrong(`the input of ${name} is no object`);
  if (because !== undefined && typeof because !== 'string') throw wrong(`"because" of ${name} is no text`);
  return given as RuleTest;
}

function isDecision(word: unknown): word is RuleDecision {
  return word === 'deny' || word === 'ask' || word === 'allow';
}

function timeOf(expires: unknown, name: string): number {
  if (expires === undefined) return Infinity;
  const time = typeof expires === 'string' && iso.test(expires) && isDay(expires) ? Date.parse(expires) : NaN;
  if (Number.isNaN(time))
    throw wrong(`${name} expires at ${JSON.stringify(expires)}, which is no ISO time with its zone`);
  return time;
}

/** The 31st of February is the 3rd of March to a computer, and no day to anybody else. */
function isDay(time: string): boolean {
  const day = time.slice(0, 10);
  const read = Date.parse(day);
  return !Number.isNaN(read) && new Date(read).toISOString().startsWith(day);
}

// A time without its zone would mean another moment on another machine.
const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(`they are no JSON: ${messageOf(cause)}`, cause);
  }
}

function objectOf(given: unknown, name = 'what was given'): Record<string, unknown> {
  if (!isObject(given)) throw wrong(`${name} is no object`);
  return given;
}

/** A word that is misspelt would be a rule that is not kept. */
function refuseOthers(others: object, name: string): void {
  const [first] = Object.keys(others);
  if (first !== undefined) throw wrong(`${name} may not have ${JSON.stringify(first)}`);
}

function wrong(why: string, cause?: unknown): ChatError {
  return new ChatError('invalid-request', `The rules cannot be used: ${why}.`, { cause });
}
