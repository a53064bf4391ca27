import { isObject } from '../conversation/json.ts';
import { describeInput } from './schema.ts';
import type { Schema } from './schema.ts';

/** The member in which an output stands that is no object. */
const whole = 'whole_output';

const combined = ['$ref', 'anyOf', 'oneOf', 'allOf'];

/**
 * The schema of an output as models are asked for it: an object, since providers take no other one, be it as the shape of an
 * answer or as the arguments of a tool. A list, a text or one of several objects becomes the only member of one, and is
 * taken out of it where it is validated; a model that gives it bare is understood too.
 */
export function asObject(schema: Schema): Schema {
  const described = descriptionOf(schema);
  if (described['type'] === 'object' && !combined.some((name) => name in described)) return schema;
  const { $defs, definitions, ...inner } = moved(described);
  const object = {
    type: 'object',
    properties: { [whole]: inner },
    required: [whole],
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
  const standard = schema['~standard'];
  return {
    '~standard': {
      ...standard,
      validate: (value: unknown) => standard.validate(isObject(value) && whole in value ? value[whole] : value),
      jsonSchema: { input: () => object },
    },
  };
}

/** Whether an output stands in the only member of what is asked for. */
export function isInObject(asked: Readonly<Record<string, unknown>> | undefined): boolean {
  const properties = asked?.['properties'];
  return isObject(properties) && whole in properties && Object.keys(properties).length === 1;
}

/** What has come of such an output. */
export function fromObject(value: unknown): unknown {
  return isObject(value) ? value[whole] : value;
}

/** One that cannot be described is left as it is: whoever declares it says why. */
function descriptionOf(schema: Schema): Readonly<Record<string, unknown>> {
  try {
    return describeInput(schema);
  } catch {
    return { type: 'object' };
  }
}

/** With references into itself that hold where it stands now. */
function moved(described: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const place = (name: string, value: unknown): unknown =>
    name === '$ref' && typeof value === 'string' && /^#(?!\/(\$defs|definitions)\/)/.test(value)
      ? `#/properties/${whole}${value.slice(1)}`
      : value;
  // It is JSON, and stays the record that it is.
  return JSON.parse(JSON.stringify(described), place) as Readonly<Record<string, unknown>>;
}
