import { isObject } from '../../conversation/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * A JSON Schema as Gemini reads it (`parametersJsonSchema`, `responseJsonSchema`): it passes over the keywords that it
 * does not know, so what they say is put in those that it knows, and it refuses anything beside a `$ref`.
 */
export function wireSchema(schema: Schema): Schema {
  const { $schema: _version, definitions, $defs, ...root } = schema;
  const all: Schema = { ...members(definitions), ...members($defs) };
  const resolved = typeof root['$ref'] === 'string' ? { ...target(root['$ref'], all), ...without$Ref(root) } : root;
  const visitor = new Visitor(all);
  const visited = visitor.visit(resolved, []);
  const known = visitor.map(all);
  return { type: 'object', ...visited, ...(Object.keys(known).length > 0 && { $defs: known }) };
}

class Visitor {
  readonly #definitions: Schema;

  constructor(definitions: Schema) {
    this.#definitions = definitions;
  }

  /** `within` are the references that led here: none of them is put in its own place again. */
  visit(schema: Schema, within: readonly string[]): Schema {
    const ref = schema['$ref'];
    if (typeof ref === 'string') return this.#reference(ref, schema, within);
    const { allOf, const: only, exclusiveMinimum: above, exclusiveMaximum: below, ...rest } = schema;
    const step = schema['type'] === 'integer' ? 1 : 0;
    const merged = Array.isArray(allOf)
      ? merge(
          rest,
          allOf.filter(isObject).map((one) => this.visit(one, within)),
        )
      : rest;
    return {
      ...Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, this.#member(name, value, within)])),
      ...(only !== undefined &&
        (typeof only === 'string' || typeof only === 'number' ? { enum: [only] } : { const: only })),
      ...(typeof above === 'number' && { minimum: above + step }),
      ...(typeof below === 'number' && { maximum: below - step }),
    };
  }

  map(schemas: Schema, within: readonly string[] = []): Schema {
    return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, this.#any(one, within)]));
  }

  #reference(ref: string, schema: Schema, within: readonly string[]): Schema {
    const known = ref.replace('#/definitions/', '#/$defs/');
    const beside = without$Ref(schema);
    const found = target(ref, this.#definitions);
    if (Object.keys(beside).length === 0 || !found || within.includes(known)) return { $ref: known };
    return this.visit({ ...found, ...beside }, [...within, known]);
  }

  #member(name: string, value: unknown, within: readonly string[]): unknown {
    if (name === 'properties' || name === 'patternProperties') return this.map(members(value), within);
    if (name === 'anyOf' || name === 'oneOf' || name === 'prefixItems') {
      return Array.isArray(value) ? value.map((one) => this.#any(one, within)) : value;
    }
    return name === 'items' || name === 'additionalProperties' ? this.#any(value, within) : value;
  }

  #any(value: unknown, within: readonly string[]): unknown {
    return isObject(value) ? this.visit(value, within) : value;
  }
}

/** What all of several schemas ask for, as far as one schema can say it. */
function merge(schema: Schema, all: readonly Schema[]): Schema {
  return all.reduce<Schema>((sum, one) => {
    const required = [...listOf(sum['required']), ...listOf(one['required'])];
    const properties = { ...members(sum['properties']), ...members(one['properties']) };
    return {
      ...one,
      ...sum,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required: [...new Set(required)] }),
    };
  }, schema);
}

function target(ref: string, definitions: Schema): Schema | undefined {
  const found = definitions[ref.replace(/^#\/(\$defs|definitions)\//, '')];
  return isObject(found) ? found : undefined;
}

function without$Ref({ $ref: _ref, ...schema }: Schema): Schema {
  return schema;
}

function members(value: unknown): Schema {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
