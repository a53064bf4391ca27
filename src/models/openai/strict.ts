import { isObject } from '../../conversation/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A schema as it is sent, and whether OpenAI can hold a model to it. */
export interface HeldSchema {
  readonly schema: Schema;
  readonly strict: boolean;
}

/**
 * Whether a JSON Schema lies in the part of it that OpenAI can hold a model to: every object says all its members, all of
 * them required and no others, and only some keywords are known. Others are sent as a request that may be missed. An object
 * that names members and says nothing of others is taken for one that has no others: what the model writes fits both.
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function strictly(schema: Schema): HeldSchema {
  const isRoot = schema['type'] === 'object' && schema['anyOf'] === undefined;
  const whole = isRoot ? closed(schema) : schema;
  return isRoot && fits(whole, 1) ? { schema: whole, strict: true } : { schema, strict: false };
}

function closed(schema: Schema): Schema {
  const { properties, items, anyOf, $defs, definitions, additionalProperties } = schema;
  const isOpen = isObject(properties) && additionalProperties === undefined;
  return {
    ...schema,
    ...(isObject(properties) && { properties: eachClosed(properties) }),
    ...(isObject($defs) && { $defs: eachClosed($defs) }),
    ...(isObject(definitions) && { definitions: eachClosed(definitions) }),
    ...(isObject(items) && { items: closed(items) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((one: unknown) => (isObject(one) ? closed(one) : one)) }),
    ...(isOpen && { additionalProperties: false }),
  };
}

function eachClosed(schemas: Schema): Schema {
  const each = Object.entries(schemas).map(([name, schema]) => [name, isObject(schema) ? closed(schema) : schema]);
  return Object.fromEntries(each) as Schema;
}

const deepest = 10;

const known = new Set([
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'definitions',
  'title',
  'description',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'enum',
  'const',
  'anyOf',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
]);

const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']);

function fits(schema: unknown, depth: number): boolean {
  if (!isObject(schema) || depth > deepest || !isKnown(schema)) return false;
  const { type, $ref, $defs, definitions, anyOf, items } = schema;
  if (!allFit($defs, 0) || !allFit(definitions, 0)) return false;
  if ($ref !== undefined) return true;
  if (Array.isArray(anyOf) && !anyOf.every((one) => fits(one, depth))) return false;
  if (isOfType(type, 'object') && !isClosed(schema, depth)) return false;
  return !isOfType(type, 'array') || fits(items, depth + 1);
}

/** Whether it says what it is, by keywords that are known. */
function isKnown(schema: Schema): boolean {
  const { format, pattern } = schema;
  if (Object.keys(schema).some((keyword) => !known.has(keyword)) || !namesItself(schema)) return false;
  if (format !== undefined && !formats.has(String(format))) return false;
  // A pattern that looks ahead or behind is refused.
  return typeof pattern !== 'string' || !/\(\?<?[=!]/.test(pattern);
}

function namesItself({ type, $ref, anyOf, enum: values, const: value }: Schema): boolean {
  return [type, $ref, anyOf, values, value].some((one) => one !== undefined);
}

function isOfType(type: unknown, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

function isClosed({ properties, required, additionalProperties }: Schema, depth: number): boolean {
  if (additionalProperties !== false || !allFit(properties, depth)) return false;
  const names = Object.keys(isObject(properties) ? properties : {});
  return names.every((name) => Array.isArray(required) && required.includes(name));
}

function allFit(schemas: unknown, depth: number): boolean {
  if (schemas === undefined) return true;
  return isObject(schemas) && Object.values(schemas).every((one) => fits(one, depth + 1));
}
