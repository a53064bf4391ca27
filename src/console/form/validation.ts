import type { SchemaIssue } from '../../chat/schema.ts';
import { isObject } from '../../conversation/json.ts';
import { jsonSchema } from '../../json-schema/json-schema.ts';
import { visible } from '../../wire/plain-text.ts';
import { pathName } from './value-path.ts';

/** What is wrong with a value, by the names of the places; nothing where all fits. */
export type Issues = ReadonlyMap<string, string>;

/** What checks values by a schema; one that cannot be used finds nothing, and the server has the last word anyway. */
export function checkerOf(schema: unknown): (value: unknown) => Issues {
  try {
    const { validate } = jsonSchema(isObject(schema) ? schema : {})['~standard'];
    return (value) => {
      const result = value === undefined ? nothingThere : validate(value);
      return 'issues' in result && result.issues ? issuesByPlace(result.issues) : none;
    };
  } catch {
    return () => none;
  }
}

/** Issues by the names of their places, the first of each. */
export function issuesByPlace(issues: readonly SchemaIssue[]): Issues {
  const found = new Map<string, string>();
  for (const { message, path = [] } of issues) {
    const place = pathName(path.map((step) => String(typeof step === 'object' ? step.key : step)));
    if (!found.has(place)) found.set(place, visible(message));
  }
  return found;
}

const none: Issues = new Map();
const nothingThere: { readonly issues: readonly SchemaIssue[] } = { issues: [{ message: 'is missing', path: [] }] };
