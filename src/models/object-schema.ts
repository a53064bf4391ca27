import { isObject } from '../conversation/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The members that an object may have, and those that it must have. */
interface Shape {
  readonly properties: Schema;
  readonly required: readonly string[];
}

/** What servers refuse at the top of a schema of arguments, and with it the whole request. */
const refused = ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'not', 'if', 'then', 'else'];

/**
 * A schema of arguments that says at its top what members an object has, as servers demand. Where it says that by
 * alternatives, parts or a reference, the members of all of them are named, and those demanded that each alternative
 * demands. What it says beyond that is not told; arguments are still validated against the whole.
 */
export function objectSchema(schema: Schema): Schema {
  if (schema['type'] === 'object' && !refused.some((name) => name in schema)) return schema;
  const { properties, required } = shapeOf(schema, schema, []);
  const others = Object.entries(schema).filter(([name]) => !refused.includes(name));
  return {
    ...Object.fromEntries(others),
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
  };
}

function shapeOf(schema: Schema, root: Schema, within: readonly unknown[]): Shape {
  const inside = [...within, schema];
  const shapes = (given: unknown): readonly Shape[] =>
    listOf(given)
      .filter((one) => mayBeObject(one) && !inside.includes(one))
      .map((one) => shapeOf(one, root, inside));
  const { $ref: ref, properties, required, allOf, anyOf, oneOf } = schema;
  const all = [
    { properties: isObject(properties) ? properties : {}, required: namesIn(required) },
    ...shapes(typeof ref === 'string' ? [targetOf(ref, root)] : []),
    ...shapes(allOf),
    ...[shapes(anyOf), shapes(oneOf)].map(either),
  ];
  return {
    properties: all.map((one) => one.properties).reduce(joined),
    required: [...new Set(all.flatMap((one) => one.required))],
  };
}

/** What is true of every alternative. */
function either(shapes: readonly Shape[]): Shape {
  const [first, ...rest] = shapes;
  return {
    properties: shapes.map((one) => one.properties).reduce(joined, {}),
    required: (first?.required ?? []).filter((name) => rest.every(({ required }) => required.includes(name))),
  };
}

/** The members of both; one that they describe in two ways may be either. */
function joined(some: Schema, others: Schema): Schema {
  const all = new Map(Object.entries(some));
  for (const [name, schema] of Object.entries(others)) {
    all.set(name, all.has(name) ? alternatives(all.get(name), schema) : schema);
  }
  return Object.fromEntries(all);
}

function alternatives(known: unknown, other: unknown): unknown {
  const all =
    isObject(known) && Object.keys(known).length === 1 && Array.isArray(known['anyOf']) ? known['anyOf'] : [known];
  const json = JSON.stringify(other);
  return all.some((one) => JSON.stringify(one) === json) ? known : { anyOf: [...all, other] };
}

function mayBeObject({ type }: Schema): boolean {
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}

/** What a reference inside of a schema points to. */
function targetOf(ref: string, root: Schema): unknown {
  if (!ref.startsWith('#')) return undefined;
  const names = ref.split('/').slice(1);
  return names.reduce<unknown>((target, name) => {
    return isObject(target) ? target[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }, root);
}

function listOf(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
