import type { dereference, SchemaDraft } from '@cfworker/json-schema';
import { isObject } from '../conversation/json.ts';

/** A schema that was read, and every place in it that a reference may name. */
export interface Read {
  readonly draft: SchemaDraft;
  readonly lookup: ReturnType<typeof dereference>;
}

/** What is wrong with a schema, and where; nothing when it can be validated against. */
export function mistakeIn(schema: unknown, read: Read): string | undefined {
  return mistakeAt(schema, '#', read);
}

function mistakeAt(schema: unknown, at: string, read: Read): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `${at} is not a schema`;
  return first(Object.entries(schema), ([keyword, value]) => {
    const inside = `${at}/${keyword}`;
    if (keyword === '$dynamicRef') return `${inside}: dynamic references are not supported`;
    if (keyword === '$ref' && !isKnown(schema, read)) return `${inside}: ${JSON.stringify(value)} names nothing in it`;
    const shape = Object.hasOwn(shapes, keyword) ? shapes[keyword] : undefined;
    if (shape)
      return shape.fits(value, read.draft) ? undefined : `${inside} is ${JSON.stringify(value)}, not ${shape.is}`;
    return mistakeBelow(keyword, value, { at: inside, read });
  });
}

/** Keywords that hold schemas, and how many. */
function mistakeBelow(keyword: string, value: unknown, { at, read }: { at: string; read: Read }): string | undefined {
  const tuple = keyword === 'items' && Array.isArray(value) && read.draft !== '2020-12';
  if (holdsOne.has(keyword) && !tuple) return mistakeAt(value, at, read);
  if (tuple || holdsSome.has(keyword)) {
    if (!Array.isArray(value) || value.length === 0) return `${at} is not a list of schemas`;
    return first(value.entries(), ([index, item]) => mistakeAt(item, `${at}/${index}`, read));
  }
  if (!holdsNamed.has(keyword)) return undefined;
  if (!isObject(value)) return `${at} is not an object of schemas`;
  return first(Object.entries(value), ([name, member]) => {
    if (keyword === 'patternProperties' && !isPattern(name)) return `${at}/${name} is not a regular expression`;
    return keyword === 'dependencies' && isTexts(member) ? undefined : mistakeAt(member, `${at}/${name}`, read);
  });
}

function first<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The validator has noted what a reference stands for, beside it. */
function isKnown(schema: Record<string, unknown>, { lookup }: Read): boolean {
  return lookup[String(schema['__absolute_ref__'])] !== undefined;
}

const holdsOne: ReadonlySet<string> = new Set([
  'not',
  'if',
  'then',
  'else',
  'items',
  'contains',
  'propertyNames',
  'additionalProperties',
  'additionalItems',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const holdsSome: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const holdsNamed: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  'dependencies',
  '$defs',
  'definitions',
]);

interface Shape {
  readonly is: string;
  readonly fits: (value: unknown, draft: SchemaDraft) => boolean;
}

const text: Shape = { is: 'text', fits: (value) => typeof value === 'string' };
const texts: Shape = { is: 'a list of texts', fits: isTexts };
const number: Shape = { is: 'a number', fits: (value) => typeof value === 'number' };
const bound: Shape = { is: 'a number (in draft-04: true or false)', fits: isBound };
const count: Shape = { is: 'a whole number from 0', fits: (value) => Number.isInteger(value) && Number(value) >= 0 };

/** What stands under the keywords that hold no schemas. What is not named here or above is a note. */
const shapes: Readonly<Record<string, Shape>> = {
  type: { is: 'a type or a list of types', fits: isType },
  enum: { is: 'a list', fits: Array.isArray },
  required: texts,
  $ref: text,
  $id: text,
  $anchor: text,
  format: text,
  pattern: { is: 'a regular expression', fits: isPattern },
  minimum: number,
  maximum: number,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  multipleOf: { is: 'a number above 0', fits: (value) => typeof value === 'number' && value > 0 },
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minProperties: count,
  maxProperties: count,
  minContains: count,
  maxContains: count,
  uniqueItems: { is: 'true or false', fits: (value) => typeof value === 'boolean' },
};

const types: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

function isType(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every((one) => types.has(one)) : types.has(value);
}

/** In draft-04 it says whether `minimum` or `maximum` itself is meant. */
function isBound(value: unknown, draft: SchemaDraft): boolean {
  return typeof value === (draft === '4' ? 'boolean' : 'number');
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
