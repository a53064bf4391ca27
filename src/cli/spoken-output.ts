import { isObject } from '../conversation/json.ts';

/**
 * The value that a typed line means. What the schema (JSON Schema) wants decides: a text stays as it was typed, a number
 * or a yes is read as one, and a record with a single field takes it as that field. Without a schema a record or a list
 * in JSON is read as such, everything else is a text. What does not fit stays a text, for the schema to complain about.
 */
export function spokenOutput(line: string, schema: unknown): unknown {
  const text = line.trim();
  const parsed = json(text);
  if (!isObject(schema)) return typeof parsed === 'object' && parsed !== null ? parsed : text;
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return /^(?:y|yes|true)$/i.test(text) ? true : /^(?:n|no|false)$/i.test(text) ? false : text;
    case 'object':
      return isObject(parsed) ? parsed : inOnlyField(text, schema);
    case 'string':
      return text;
    default:
      return choicesOf(schema).find((choice) => String(choice) === text) ?? parsed ?? text;
  }
}

/** What may be answered, when the schema lists it. */
export function choicesOf(schema: unknown): readonly unknown[] {
  const listed = isObject(schema) ? schema['enum'] : undefined;
  return Array.isArray(listed) ? listed : [];
}

function inOnlyField(text: string, { properties }: Readonly<Record<string, unknown>>): unknown {
  const fields = isObject(properties) ? Object.entries(properties) : [];
  const [first] = fields;
  return first !== undefined && fields.length === 1 ? { [first[0]]: spokenOutput(text, first[1]) } : text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
