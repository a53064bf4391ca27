import { isObject } from '../../conversation/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * A schema as the provider takes it for an answer: objects are closed, and bounds that it does not know become words of
 * the description. `undefined` for one that it cannot follow: that refers to itself, or leaves open what is in it.
 */
export function outputSchema(schema: Schema): Schema | undefined {
  return isOpen(schema, schema, [schema]) ? undefined : closed(schema);
}

const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];
const plain = ['$ref', 'type', 'title', 'description', 'default', 'const', 'enum', 'required'];
const lists = ['anyOf', 'oneOf', 'allOf'];
const maps = ['properties', '$defs', 'definitions'];
const bounds =
  /^((exclusive)?(minimum|maximum)|multipleOf|pattern|(min|max)(Length|Items|Properties)|uniqueItems|format)$/i;

function closed(schema: Schema): Schema {
  const told: string[] = [];
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (plain.includes(name) || (name === 'format' && formats.includes(String(value)))) members[name] = value;
    else if (lists.includes(name)) members[name === 'oneOf' ? 'anyOf' : name] = schemasIn(value).map(closed);
    else if (maps.includes(name)) members[name] = mapped(value);
    else if (name === 'items' && isObject(value)) members[name] = closed(value);
    else if (bounds.test(name)) told.push(`${name}: ${JSON.stringify(value)}`);
  }
  if (schema['type'] === 'object' || isObject(schema['properties'])) members['additionalProperties'] = false;
  if (told.length > 0) {
    members['description'] = [schema['description'], `(${told.join(', ')})`].filter(Boolean).join(' ');
  }
  return members;
}

function mapped(value: unknown): Schema {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, one]) => [name, isObject(one) ? closed(one) : one]));
}

/** Whether a schema, or one inside it, says too little of what is in it, or refers to one that it stands in. */
function isOpen(schema: Schema, root: Schema, inside: readonly Schema[]): boolean {
  const { $ref: ref, properties, items } = schema;
  if (typeof ref === 'string') {
    const target = targetOf(ref, root);
    return !target || inside.includes(target) || isOpen(target, root, [...inside, target]);
  }
  const members = isObject(properties) ? Object.values(properties) : [];
  const within = [...lists.flatMap((name) => schemasIn(schema[name])), ...members, ...(items ? [items] : [])];
  if (saysTooLittle(schema)) return true;
  return within.some((one) => !isObject(one) || isOpen(one, root, inside));
}

function saysTooLittle(schema: Schema): boolean {
  const { type, properties, additionalProperties: others, items } = schema;
  if (isObject(others) || others === true) return true;
  if (type === 'object') return !isObject(properties);
  if (type === 'array') return !isObject(items);
  return !['type', 'properties', 'const', 'enum', ...lists].some((name) => schema[name] !== undefined);
}

/** What a reference inside of a schema points to; the schema itself for `#`. */
function targetOf(ref: string, root: Schema): Schema | undefined {
  const names = ref.startsWith('#') ? ref.split('/').slice(1) : ['elsewhere'];
  let target: unknown = root;
  for (const name of names)
    target = isObject(target) ? target[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return isObject(target) ? target : undefined;
}

function schemasIn(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
