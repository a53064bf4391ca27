import { wordsOf } from './words.ts';
import type { DemoSchema } from './request.ts';

/** The part that a property plays in a sentence. */
export type Role =
  | 'path'
  | 'folder'
  | 'destination'
  | 'content'
  | 'query'
  | 'command'
  | 'old'
  | 'new'
  | 'id'
  | 'amount'
  | 'number'
  | 'person'
  | 'sender'
  | 'place'
  | 'date'
  | 'time'
  | 'url'
  | 'choice'
  | 'flag'
  | 'currency'
  | 'expression'
  | 'title'
  | 'group'
  | 'other';

/** A parameter of a tool. */
export interface Property {
  readonly name: string;
  /** The name as a person would say it: `order id`. */
  readonly label: string;
  readonly words: readonly string[];
  readonly schema: DemoSchema;
  readonly type: string;
  readonly role: Role;
  readonly required: boolean;
}

/** The properties of a tool's parameters, with the part each plays. */
export function propertiesOf(schema: DemoSchema | undefined): readonly Property[] {
  const entries = Object.entries(schema?.properties ?? {}).filter(([, value]) => typeof value === 'object');
  const names = entries.map(([name]) => name);
  return entries
    .map(([name, value]) => propertyOf(name, plain(value), names))
    .map((property) => ({
      ...property,
      required: (schema?.required ?? []).includes(property.name) && property.schema.default === undefined,
    }));
}

/** The value as the schema wants it, or undefined when it cannot be made to fit. */
export function fit(value: string, schema: DemoSchema): unknown {
  const whole = plain(schema);
  if (Array.isArray(whole.enum)) return whole.enum.find((item) => String(item).toLowerCase() === value.toLowerCase());
  switch (typeOf(whole)) {
    case 'number':
      return numberOf(value);
    case 'integer': {
      const number = numberOf(value);
      return number !== undefined && Number.isInteger(number) ? number : undefined;
    }
    case 'boolean':
      return /^(?:true|yes|on)$/i.test(value) ? true : /^(?:false|no|off)$/i.test(value) ? false : undefined;
    case 'array': {
      const item = fit(value, whole.items ?? {});
      return item === undefined ? undefined : [item];
    }
    case 'object':
    case 'null':
      return undefined;
    default:
      return whole.pattern === undefined || matches(value, whole.pattern) ? value : undefined;
  }
}

/** The number in `$1,200`, `60 dollars`, `12,50 EUR`, `three`. */
export function numberOf(text: string): number | undefined {
  const spoken = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  const said = spoken.indexOf(text.toLowerCase());
  if (said >= 0) return said;
  const digits = /-?\d[\d,.]*/.exec(text)?.[0].replace(/[.,]+$/, '');
  if (digits === undefined) return undefined;
  const number = Number(/^-?\d+,\d{1,2}$/.test(digits) ? digits.replace(',', '.') : digits.replaceAll(',', ''));
  return Number.isFinite(number) ? number : undefined;
}

function propertyOf(name: string, schema: DemoSchema, names: readonly string[]): Property {
  const words = wordsOf(name);
  const label = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  const type = typeOf(schema);
  const role = roleOf({ words, schema, type, names });
  const asked = /^(?:old|new)$/.test(label)
    ? `${label} text`
    : role === 'person' && label === 'to'
      ? 'recipient'
      : label;
  return { name, label: asked, words, schema, type, role, required: false };
}

interface Described {
  readonly words: readonly string[];
  readonly schema: DemoSchema;
  readonly type: string;
  readonly names: readonly string[];
}

function roleOf(property: Described): Role {
  const { words, schema, type } = property;
  if (Array.isArray(schema.enum)) return 'choice';
  if (type === 'boolean') return 'flag';
  if (type === 'object' || schema.items?.properties !== undefined) return 'group';
  if (words.at(-1) === 'id' || has(words, 'reference ref sku iban')) return 'id';
  if (type === 'number' || type === 'integer') {
    return has(words, 'amount price total sum cost money value') ? 'amount' : 'number';
  }
  if (has(words, 'command cmd shell')) return 'command';
  return pairRole(property) ?? textRole(property);
}

/** `old_path` and `new_path` name files; `old` and `new` are two texts; `from` and `to` are texts beside a path. */
function pairRole({ words, names }: Described): Role | undefined {
  if (has(words, 'path file filename name') && has(words, 'new dest destination target to')) return 'destination';
  if (has(words, 'path file filename') && has(words, 'old from')) return 'path';
  if (has(words, 'old before original find')) return 'old';
  if (has(words, 'new after replacement replace')) return 'new';
  if (!names.some((name) => /path|file/i.test(name))) return undefined;
  if (has(words, 'search from') && names.some((name) => /replace|^to$/i.test(name))) return 'old';
  return has(words, 'to with') && names.includes('from') ? 'new' : undefined;
}

function has(words: readonly string[], list: string): boolean {
  return words.some((word) => list.split(' ').includes(word));
}

const textRoles: readonly (readonly [Role, string])[] = [
  ['url', 'url uri link'],
  ['expression', 'expression formula equation calculation'],
  ['destination', 'destination target dest'],
  ['folder', 'directory dir cwd'],
  ['path', 'path file filename filepath source'],
  ['query', 'query q pattern search regex term keyword phrase needle'],
  ['content', 'content contents text body message data comment reply note'],
  ['currency', 'currency'],
  ['place', 'city location place town country address destination where'],
  ['date', 'date day when due deadline'],
  ['time', 'time hour'],
  ['sender', 'from sender origin'],
  ['person', 'to recipient user customer person email who assignee name owner account'],
  ['title', 'title subject label heading topic task item summary'],
  ['amount', 'amount price total'],
];

function textRole({ words, schema, names }: Described): Role {
  const text = wordsOf(schema.description ?? '');
  const filed = names.some((name) => /^(?:source|src|path|from)$/i.test(name) || /path/i.test(name));
  for (const [role, list] of textRoles) {
    if (role === 'destination' && !filed) continue;
    if (!has(words, list)) continue;
    return role === 'path' && isFolderText(schema.description) ? 'folder' : role;
  }
  if (text.includes('path') || text.includes('filename')) return 'path';
  if (text.includes('command')) return 'command';
  return text.includes('query') ? 'query' : 'other';
}

function isFolderText(description: string | undefined): boolean {
  return /\b(?:folder|directory)\b/i.test(description ?? '') && !/\bfile\b/i.test(description ?? '');
}

/** `anyOf: [X, null]` is X that may be left out. */
function plain(schema: DemoSchema): DemoSchema {
  const choices = (schema.anyOf ?? []).filter((choice) => typeOf(choice) !== 'null');
  const { anyOf: _, ...rest } = schema;
  return choices[0] === undefined ? schema : { ...choices[0], ...rest };
}

function typeOf(schema: DemoSchema): string {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.find((type) => type !== 'null') ?? types[0] ?? (schema.properties ? 'object' : 'string');
}

function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}
