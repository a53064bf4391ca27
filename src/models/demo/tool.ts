import { intentInName, isEmptyWord, readingIntents, singular, wordsOf } from './words.ts';
import type { Intent } from './words.ts';
import { propertiesOf } from './property.ts';
import type { Property } from './property.ts';
import type { DemoToolDeclaration } from './request.ts';

/** What the rules know of a tool: only what its declaration says. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** All words of the name. */
  readonly words: readonly string[];
  /** What it does, when a word of its name tells. */
  readonly intent: Intent | undefined;
  /** Words that, said first, order exactly this: `refund`, and the first word of the description. */
  readonly verbs: readonly string[];
  /** What it is about: the other words of the name. */
  readonly nouns: readonly string[];
  /** True when it only looks; only then may it be called on a guess. */
  readonly reading: boolean;
  readonly properties: readonly Property[];
}

/** Reads a tool's declaration. */
export function toolOf(declaration: DemoToolDeclaration): Tool {
  const { name, description = '', parameters } = declaration.function;
  const words = wordsOf(name);
  const verbAt = words.findIndex((word) => intentInName(word) !== undefined);
  const intent = verbAt < 0 ? undefined : intentInName(words[verbAt] ?? '');
  const opening = singular(/^[A-Za-z]+/.exec(description)?.[0] ?? '');
  const reading = intent === undefined ? readsByDescription(words, opening) : readingIntents.includes(intent);
  const verb = words[Math.max(verbAt, 0)] ?? '';
  return {
    name,
    description,
    words,
    intent: intent ?? (reading ? 'read' : undefined),
    verbs: [verb, opening].filter((word) => word !== '' && word !== 'use' && !isEmptyWord(word)),
    nouns: nounsOf(words, verb, reading),
    reading,
    properties: propertiesOf(parameters),
  };
}

/** True when the tool takes something that plays this part. */
export function takes(tool: Tool, ...roles: readonly Property['role'][]): boolean {
  return tool.properties.some((property) => roles.includes(property.role));
}

const lookingNouns = ['weather', 'forecast', 'time', 'clock', 'calculator', 'status', 'price', 'balance', 'info'];

function readsByDescription(words: readonly string[], opening: string): boolean {
  if (words.some((word) => lookingNouns.includes(word)) && words.length <= 2) return true;
  const intent = intentInName(opening);
  if (intent !== undefined) return readingIntents.includes(intent);
  return ['return', 'look', 'calculate', 'compute', 'tell', 'evaluate', 'convert', 'translate'].includes(opening);
}

function nounsOf(words: readonly string[], verb: string, reading: boolean): readonly string[] {
  const rest = words.filter((word) => word !== verb && word !== 'command');
  // `weather` alone is a noun; `refund` alone is a verb.
  return rest.length === 0 && reading && intentInName(verb) === undefined ? words : rest;
}
