import { argumentsFor } from './arguments.ts';
import type { Found } from './arguments.ts';
import { topicsOf } from './clause.ts';
import type { Clause } from './clause.ts';
import { mentionsIn } from './mention.ts';
import type { Mention } from './mention.ts';
import { relates } from './relation.ts';
import { takes } from './tool.ts';
import type { Tool } from './tool.ts';
import { singular, wordsOf } from './words.ts';

/** A tool that a clause may mean, with the arguments its words tell. */
export interface Candidate {
  readonly tool: Tool;
  readonly found: Found;
  readonly score: number;
}

/** The tool that a clause means, or undefined. What acts needs an order and a thing that it can act on. */
export function matchOf(clause: Clause, tools: readonly Tool[]): Candidate | undefined {
  const candidates = tools.map((tool) => candidateOf(clause, tool)).filter((candidate) => candidate !== undefined);
  return candidates.reduce<Candidate | undefined>(
    (best, candidate) => (best === undefined || candidate.score > best.score ? candidate : best),
    undefined,
  );
}

/** How well one tool fits, when a caller insists on a tool (`tool_choice`). */
export function insistOn(clause: Clause, tool: Tool): Candidate {
  const found = argumentsFor(tool, clause);
  return {
    tool,
    found,
    score: verbScore(clause, tool) + topicScore(topicsOf(clause), tool) + found.missing.length * -1.5,
  };
}

function candidateOf(clause: Clause, tool: Tool): Candidate | undefined {
  if (clause.kind === 'negated') return undefined;
  const mentions = mentionsIn(clause.rest);
  const topics = topicsOf(clause);
  const verb = verbScore(clause, tool);
  if (!tool.reading && (verb === 0 || clause.kind !== 'order')) return undefined;
  const guess = verb > 0 ? verb : guessScore(clause, tool, mentions);
  if (guess === 0 || !relates({ tool, mentions, topics, clause })) return undefined;
  const found = argumentsFor(tool, clause);
  const fullness = Object.keys(found.values).length - found.missing.length * 1.5;
  const score = guess + topicScore(topics, tool) + objectScore(tool, mentions) + fullness;
  return score < 2 && tool.reading ? undefined : { tool, found, score };
}

function verbScore(clause: Clause, tool: Tool): number {
  const named = clause.kind === 'order' && clause.verb !== '' && tool.verbs.includes(singular(clause.verb));
  const meant = tool.intent === undefined ? 0 : (clause.intents[tool.intent] ?? 0);
  return Math.max(named ? 8 : 0, meant);
}

/** A look may be guessed from a file or a noun, when the person asks or says no more than that. */
function guessScore(clause: Clause, tool: Tool, mentions: readonly Mention[]): number {
  if (clause.kind === 'order') return 0;
  const words = clause.rest.split(/\s+/).length;
  const asks = clause.kind === 'question' || /\?\s*$/.test(clause.text);
  const readsFiles = takes(tool, 'path') && tool.intent === 'read';
  if (readsFiles && (asks || words === 1) && mentions.some(({ kind }) => kind === 'file')) return 4;
  if (takes(tool, 'expression') && sum.test(clause.rest)) return 4;
  const states = !asks && /\s(?:is|are|was|were)\s/i.test(clause.rest);
  if (states || (!asks && words > 6)) return 0;
  const topics = topicsOf(clause);
  return tool.nouns.some((noun) => noun !== 'file' && topics.includes(noun)) ? 2 : 0;
}

const sum = /\d\s*(?:[+*/^-]|times|plus|minus|divided by|x)\s*\d/;

function topicScore(topics: readonly string[], tool: Tool): number {
  const told = new Set(wordsOf(tool.description));
  const nouns = tool.nouns.filter((noun) => topics.includes(noun)).length;
  const strange = tool.nouns.filter((noun) => noun !== 'file' && !topics.includes(noun)).length;
  const described = topics.filter((topic) => told.has(topic)).length;
  return Math.min(nouns, 2) * 2 - strange * 0.5 + Math.min(described, 2) * 0.5;
}

function objectScore(tool: Tool, mentions: readonly Mention[]): number {
  const files = mentions.filter(({ kind }) => kind === 'file');
  if (files.length === 0) return 0;
  if (!takes(tool, 'path', 'folder', 'command', 'group', 'destination')) return -2;
  const named = files.some(({ value }) => /\w\.\w+$/.test(value));
  const wantsFolder = tool.intent === 'list' || (tool.nouns.includes('directory') && !tool.nouns.includes('file'));
  return named && wantsFolder ? -4 : 1;
}
