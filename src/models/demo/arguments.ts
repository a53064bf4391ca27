import {
  dateIn,
  escaped,
  fileIn,
  folderAlone,
  folderIn,
  idIn,
  moneyIn,
  numberIn,
  personIn,
  placeIn,
  timeIn,
} from './phrases.ts';
import { commandIn, contentIn, expressionIn, pairIn, queryIn } from './text-phrases.ts';
import { choiceIn, currencyOf, flagIn } from './choice.ts';
import { lastResort } from './last-resort.ts';
import type { Clause } from './clause.ts';
import { quotedPattern, unquoted } from './mention.ts';
import { fit, propertiesOf } from './property.ts';
import type { Property, Role } from './property.ts';
import { restOf } from './rest.ts';
import type { Rest } from './rest.ts';
import { takes } from './tool.ts';
import type { Tool } from './tool.ts';

/** What the words of a clause say about a tool's parameters. */
export interface Found {
  readonly values: Readonly<Record<string, unknown>>;
  /** Required properties that the words do not tell. */
  readonly missing: readonly Property[];
}

/** Finds the arguments in the words; `given` holds what a person said when asked. */
export function argumentsFor(tool: Tool, clause: Clause, given: Readonly<Record<string, unknown>> = {}): Found {
  const rest = restOf(clause.rest);
  const values: Record<string, unknown> = { ...given };
  for (const role of order) {
    for (const property of tool.properties) {
      if (property.role !== role || Object.hasOwn(values, property.name)) continue;
      const value = valueOf(property, rest, { tool, clause, values });
      if (value !== undefined) values[property.name] = value;
    }
  }
  const missing = tool.properties.filter(({ name, required }) => required && !Object.hasOwn(values, name));
  const first = missing[0];
  const last = first && lastResort(first, rest, tool);
  if (first !== undefined && last !== undefined)
    return { values: inOrder(tool, { ...values, [first.name]: last }), missing: missing.slice(1) };
  return { values: inOrder(tool, values), missing };
}

/** Free text is taken first, then what is easily recognised, then what is left. */
const order: readonly Role[] = [
  'command',
  'expression',
  'url',
  'content',
  'destination',
  'folder',
  'path',
  'old',
  'new',
  'group',
  'choice',
  'id',
  'amount',
  'currency',
  'date',
  'time',
  'number',
  'flag',
  'sender',
  'person',
  'place',
  'title',
  'query',
  'other',
];

interface Place {
  readonly tool: Tool;
  readonly clause: Clause;
  readonly values: Record<string, unknown>;
}

function valueOf(property: Property, rest: Rest, place: Place): unknown {
  if (property.role === 'flag') return flagIn(property, rest);
  if (property.role === 'group') return groupIn(property, rest, place.clause);
  if (property.role === 'choice') return choiceIn(property, rest);
  if (property.role === 'old' || property.role === 'new') return pairValue(property, rest, place);
  const labelled = labelledIn(property, rest);
  const said = labelled ?? spokenValue(property, rest, place);
  return said === undefined ? undefined : fit(said, property.schema);
}

function spokenValue(property: Property, rest: Rest, { tool, clause, values }: Place): string | undefined {
  switch (property.role) {
    case 'command':
      return commandIn(rest);
    case 'expression':
      return expressionIn(rest);
    case 'url':
      return rest.takeMention('url');
    case 'content':
      return contentIn(rest, takes(tool, 'path'));
    case 'destination':
      return destinationIn(rest);
    case 'folder':
      return folderIn(rest, tool.intent !== 'find' && clause.kind !== 'other') ?? here(property, tool);
    case 'path':
      return pathIn(property, rest, { tool, clause, values });
    case 'id':
      return idIn(rest, [...property.words, ...tool.nouns]);
    case 'amount':
      return moneyIn(rest) ?? numberIn(rest, property);
    case 'currency':
      return currencyOf(clause.rest);
    case 'number':
      return numberIn(rest, property);
    case 'date':
      return dateIn(rest);
    case 'time':
      return timeIn(rest);
    case 'sender':
      return personIn(rest, 'from');
    case 'person':
      return recipientIn(property, rest);
    case 'place':
      return placeIn(rest);
    case 'query':
      return property.required ? queryIn(rest) : rest.takeMention('quoted');
    case 'title':
    case 'other':
      return titleIn(property, rest, values);
    default:
      return undefined;
  }
}

/** A tool that lists takes a folder where another takes a file; without a word it means "here". */
function pathIn(property: Property, rest: Rest, { tool, clause }: Place): string | undefined {
  if (tool.intent === 'list') {
    const alone = clause.kind !== 'other' && /^(?:|ls|dir)$/.test(clause.verb);
    return folderIn(rest, clause.kind !== 'other') ?? (alone ? folderAlone(rest) : undefined) ?? here(property, tool);
  }
  if (tool.intent === 'find') return fileIn(rest) ?? folderIn(rest, false) ?? here(property, tool);
  const makesFolder = tool.nouns.includes('directory') && !tool.nouns.includes('file');
  const file = makesFolder ? (folderIn(rest, true) ?? folderAlone(rest)) : fileIn(rest);
  const alone = !takes(tool, 'content', 'query', 'old', 'group');
  return file ?? (alone ? rest.takeMention('quoted') : undefined);
}

function here(property: Property, tool: Tool): string | undefined {
  return property.required && tool.reading ? '.' : undefined;
}

function destinationIn(rest: Rest): string | undefined {
  const said = rest.take(
    new RegExp(String.raw`\b(?:to|as|into)\s+(?:the |folder )*(${quotedPattern}|\S+?)[.!?]?\s*$`, 'iu'),
  );
  return said === undefined ? undefined : unquoted(said);
}

function recipientIn(property: Property, rest: Rest): string | undefined {
  const email = rest.takeMention('email');
  if (email !== undefined || property.words.includes('email')) return email;
  return personIn(rest, 'to|for|with');
}

function titleIn(property: Property, rest: Rest, values: Readonly<Record<string, unknown>>): string | undefined {
  if (!property.required && Object.keys(values).length > 0 && property.role === 'other') return undefined;
  const named = rest.take(
    new RegExp(String.raw`\b(?:titled|called|named|saying|about)\s+(${quotedPattern}|\S.*?)[.!?]?\s*$`, 'iu'),
  );
  return named === undefined ? rest.takeMention('quoted') : unquoted(named);
}

/** `city: Paris`, `limit = 5`, `subject "hi"`. */
function labelledIn(property: Property, rest: Rest): string | undefined {
  const label = escaped(property.label).replaceAll(' ', String.raw`[\s_-]?`);
  if (property.label.length < 2) return undefined;
  const strict = rest.take(
    new RegExp(String.raw`(?<![\w])${label}\s*(?:=|:(?=\s|["'\x60]))\s*(${quotedPattern}|[^\s,;]+)`, 'iu'),
  );
  const quoted =
    strict ??
    rest.take(new RegExp(String.raw`(?<![\w])(?:with (?:the )?)?${label}\s+(?:of\s+|is\s+)?(${quotedPattern})`, 'iu'));
  return quoted === undefined ? undefined : unquoted(quoted);
}

/** Both halves come from one phrase; the second is kept with the first. */
function pairValue(property: Property, rest: Rest, { tool, values }: Place): unknown {
  const other = tool.properties.find(({ role }) => role === (property.role === 'old' ? 'new' : 'old'));
  const pair = other === undefined ? undefined : pairIn(rest);
  if (pair === undefined || other === undefined) return undefined;
  const [mine, others] = property.role === 'old' ? pair : [pair[1], pair[0]];
  values[other.name] = fit(others, other.schema);
  return fit(mine, property.schema);
}

/** A record, or a list of one record, whose own properties the same words tell. */
function groupIn(property: Property, rest: Rest, clause: Clause): unknown {
  const properties = propertiesOf(property.schema.items ?? property.schema);
  if (!property.required || properties.length === 0) return undefined;
  const inner: Tool = {
    name: '',
    description: '',
    words: [],
    intent: undefined,
    verbs: [],
    nouns: [],
    reading: false,
    properties,
  };
  const { values, missing } = argumentsFor(inner, { ...clause, rest: rest.text() });
  if (missing.length > 0) return undefined;
  return property.type === 'array' ? [values] : values;
}

function inOrder(tool: Tool, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = tool.properties.map(({ name }) => name).filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
