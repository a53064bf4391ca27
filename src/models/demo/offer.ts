import { planFor } from './plan.ts';
import type { Property } from './property.ts';
import type { Tool } from './tool.ts';
import type { Intent } from './words.ts';

/** Sentences that the rules turn into calls of these tools, four at most. */
export function examplesFor(tools: readonly Tool[], known: readonly string[] = []): readonly string[] {
  // Where files can be listed, none is named that may not be there.
  const unseen = known.length === 0 && tools.some(({ intent }) => intent === 'list');
  const ranked = tools
    .filter(({ intent }) => !unseen || !['read', 'edit', 'append', 'delete'].includes(intent ?? ''))
    .sort((left, right) => rankOf(left) - rankOf(right));
  const file = known.find((name) => /\.(?:csv|txt|md|json)$/.test(name)) ?? 'notes.txt';
  return ranked
    .map((tool) => sentencesFor(tool, file).find((sentence) => calls(sentence, tool, tools)))
    .filter((sentence) => sentence !== undefined)
    .slice(0, 4);
}

/** What the rules are, and what can be said to them. */
export function offerFor(tools: readonly Tool[], known: readonly string[] = []): string {
  const examples = examplesFor(tools, known);
  if (examples.length === 0)
    return 'I have no tools here that I understand, so there is little that I can do. A real model needs an API key.';
  return ['You can say:', ...examples.map((example) => `  ${example}`)].join('\n');
}

const ranks: readonly (Intent | undefined)[] = [
  'list',
  'read',
  'find',
  'create',
  undefined,
  'edit',
  'run',
  'send',
  'append',
  'copy',
  'move',
];

function rankOf(tool: Tool): number {
  const rank = ranks.indexOf(tool.intent);
  return rank < 0 ? ranks.length : rank;
}

/** An example is offered only when it works. */
function calls(sentence: string, tool: Tool, tools: readonly Tool[]): boolean {
  const { batches, asks } = planFor({ text: sentence, tools });
  return asks.length === 0 && batches.flat().length === 1 && batches[0]?.[0]?.name === tool.name;
}

function sentencesFor(tool: Tool, file: string): readonly string[] {
  const spoken = tool.name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .toLowerCase();
  const parts = tool.properties.filter(({ required }) => required).map((property) => partFor(property));
  const noun = tool.nouns.join(' ');
  const named = [spoken, ...parts].join(' ').trim();
  return [
    ...(tool.properties.some(({ role }) => role === 'id') ? [named] : []),
    ...(tool.intent === undefined ? [] : plain(tool.intent, file)),
    ...(noun === '' ? [] : [`what is the ${noun} ${parts.join(' ')}`.trim()].filter(() => tool.reading)),
    [tool.verbs[0], ...parts].join(' ').trim(),
    named,
  ];
}

function plain(intent: Intent, file: string): readonly string[] {
  switch (intent) {
    case 'list':
      return ['list the files'];
    case 'read':
      return [`read ${file}`];
    case 'find':
      return ['search for TODO'];
    case 'create':
      return ['create hello.txt saying hello'];
    case 'edit':
      return ['replace hello with goodbye in hello.txt'];
    case 'delete':
      return ['delete hello.txt'];
    case 'run':
      return ['run node --version'];
    case 'append':
    case 'send':
    case 'move':
    case 'copy':
      return [];
  }
}

function partFor({ role, label, schema }: Property): string {
  switch (role) {
    case 'id':
      return 'A-17';
    case 'amount':
      return '20 dollars';
    case 'number':
      return '3';
    case 'person':
      return 'to Bob';
    case 'sender':
      return 'from Berlin';
    case 'place':
      return 'in Paris';
    case 'query':
      return 'for tea';
    case 'title':
      return 'about tea';
    case 'content':
      return 'saying hello';
    case 'date':
      return 'tomorrow';
    case 'time':
      return 'at 9:30';
    case 'url':
      return 'https://example.com';
    case 'expression':
      return '6 * 7';
    case 'choice':
      return String(schema.enum?.[0] ?? '');
    case 'flag':
      return 'on';
    case 'path':
      return 'notes.txt';
    case 'destination':
      return 'to old.txt';
    case 'folder':
      return 'in src';
    default:
      return `"${label}"`;
  }
}
