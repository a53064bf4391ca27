import { argumentsFor } from './arguments.ts';
import type { Found } from './arguments.ts';
import { topicsOf } from './clause.ts';
import type { Clause } from './clause.ts';
import { mentionsIn } from './mention.ts';
import type { Mention } from './mention.ts';
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
  const words = clause.rest.split(/\s+/).length;
  const asks = clause.kind === 'question' || /\?\s*$/.test(clause.text);
  const file = mentions.some(({ kind }) => kind === 'file');
  if (clause.kind === 'order') return 0;
  if (file && takes(tool, 'path') && tool.intent === 'read' && (asks || words === 1)) return 4;
  const topics = topicsOf(clause);
  const about = tool.nouns.some((noun) => noun !== 'file' && topics.includes(noun));
  const sum = takes(tool, 'expression') && /\d\s*(?:[+*/^-]|times|plus|minus|divided by|x)\s*\d/.test(clause.rest);
  if (sum) return 4;
  return about && (asks || words <= 6) ? 2 : 0;
}

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

interface Relation {
  readonly tool: Tool;
  readonly clause: Clause;
  readonly mentions: readonly Mention[];
  readonly topics: readonly string[];
}

/** False for "make me a sandwich" and a tool that writes files. */
function relates({ tool, clause, mentions, topics }: Relation): boolean {
  if (!isSafe({ tool, clause, mentions, topics })) return false;
  if (tool.nouns.length === 0 && tool.intent !== 'list' && tool.intent !== 'read') return true;
  if (tool.intent === 'find' || tool.intent === 'run') return true;
  if ((topics.length === 0 && mentions.length === 0) || topics.some((topic) => tool.nouns.includes(topic))) return true;
  if (tool.nouns.some((noun) => noun === 'file' || noun === 'directory') && topics.some(isPlain)) return true;
  if (mentions.some((mention) => canTake(tool, mention))) return true;
  if (takes(tool, 'person') && /\bto\s+\p{Lu}/u.test(clause.rest)) return true;
  if (tool.intent === 'list' && topics.length < 2) {
    return (
      /\b(?:in|under|inside|of)\s+(?:the )?[\w./-]+\s*$/.test(clause.rest) ||
      (/^(?:|ls|dir)$/.test(clause.verb) && /^[\w./-]+[?.!]*$/.test(clause.rest))
    );
  }
  if (tool.intent === 'send') return takes(tool, 'content');
  if (takes(tool, 'old', 'group') && clause.intents.edit === 5 && /\S\s+(?:with|by|to|->|→)\s+\S/.test(clause.rest))
    return true;
  return topics.some((topic) => choicesOf(tool).includes(topic));
}

/** "remove foo from notes.txt" is no order to delete notes.txt, nor is "a copy of notes.txt" one to write it. */
function isSafe({ tool, clause, mentions, topics }: Relation): boolean {
  const files = takes(tool, 'path', 'folder');
  if (tool.intent === 'create' && files)
    return !/\b(?!contents?\b)\p{L}+\s+of\s+(?:the )?(?:file )?\S+\.\w/iu.test(clause.rest);
  if (tool.intent !== 'delete') return true;
  const own = new Set([...tool.words, ...tool.properties.flatMap(({ words }) => words)]);
  const strange = topics.filter((topic) => !own.has(topic) && !(files && isPlain(topic)));
  const inside = mentions.some(
    ({ kind, start }) =>
      kind === 'file' &&
      /\b(?:in|of|from|inside|within|to|like|with|as|than|about|by)\s+(?:the )?(?:file )?$/i.test(
        clause.rest.slice(0, start),
      ),
  );
  return !inside && (mentions.length === 0 || strange.length === 0 || takes(tool, 'person', 'title', 'other'));
}

/** Words that fit any tool for files. */
function isPlain(topic: string): boolean {
  return ['file', 'directory', 'content', 'workspace', 'note', 'disk', 'project'].includes(topic);
}

function canTake(tool: Tool, { kind }: Mention): boolean {
  switch (kind) {
    case 'file':
      return takes(tool, 'path', 'folder', 'destination');
    case 'id':
      return takes(tool, 'id');
    case 'email':
      return takes(tool, 'person');
    case 'url':
      return takes(tool, 'url');
    case 'number':
      return takes(tool, 'amount', 'number', 'id', 'expression');
    case 'name':
      return takes(tool, 'person', 'place');
    case 'quoted':
      return tool.properties.some(({ required, type }) => required && type === 'string');
  }
}

function choicesOf(tool: Tool): readonly string[] {
  return tool.properties.flatMap(({ schema }) => schema.enum ?? []).flatMap((choice) => wordsOf(String(choice)));
}
