import { dereference, validate } from '@cfworker/json-schema';
import type { SchemaDraft } from '@cfworker/json-schema';
import type { Schema, SchemaResult } from '../chat/schema.ts';
import { ChatError, messageOf } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { issuesOf } from './issues.ts';
import { mistakeIn } from './mistake.ts';

/**
 * A schema made of plain JSON Schema, for tools whose input is described by data: from a file, a database, another system.
 * Draft 2020-12, or what its `$schema` names (2019-09, draft-07, draft-04). The type parameter says what it lets through;
 * nothing checks that it says the truth. A model is told the schema as it was given.
 *
 * Throws `ChatError` `invalid-request` when the schema is wrong, or uses `$dynamicRef` or a `$ref` to another document.
 *
 * @example
 * const input = jsonSchema<{ to: string }>({ type: 'object', properties: { to: { type: 'string' } }, required: ['to'] });
 * const mail = tool({ description: 'Send a mail', input, run: ({ to }) => send(to) });
 */
export function jsonSchema<T = unknown>(schema: object): Schema<T> {
  const given = copyOf(schema);
  const draft = draftOf(given);
  // The validator marks what it reads, so it gets a copy of its own.
  const marked = copyOf(given);
  const lookup = dereferenced(marked);
  const mistake = mistakeIn(marked, { draft, lookup });
  if (mistake !== undefined) throw refused(mistake);
  return {
    '~standard': {
      version: 1,
      vendor: 'yourcall',
      jsonSchema: { input: () => given },
      validate(value): SchemaResult<T> {
        const { valid, errors } = validate(value, marked, draft, lookup, false);
        // The schema says that it is one.
        return valid ? { value: value as T } : { issues: issuesOf(errors) };
      },
    },
  };
}

const drafts: Readonly<Record<string, SchemaDraft>> = {
  'draft/2020-12/schema': '2020-12',
  'draft/2019-09/schema': '2019-09',
  'draft-07/schema': '7',
  'draft-06/schema': '7',
  'draft-04/schema': '4',
};

function draftOf({ $schema }: Record<string, unknown>): SchemaDraft {
  if ($schema === undefined) return '2020-12';
  const name = /^https?:\/\/json-schema\.org\/(.+?)#?$/.exec(String($schema))?.[1] ?? '';
  const draft = Object.hasOwn(drafts, name) ? drafts[name] : undefined;
  if (!draft) throw refused(`\`$schema\` is ${JSON.stringify($schema)}, which is no draft that is known here`);
  return draft;
}

/** Later changes of the object that was given change nothing. */
function copyOf(schema: object): Record<string, unknown> {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(schema));
  } catch (cause) {
    throw refused(`it is not JSON: ${messageOf(cause)}`, cause);
  }
  if (!isObject(copy)) throw refused('it is not an object');
  return copy;
}

function dereferenced(schema: Record<string, unknown>): ReturnType<typeof dereference> {
  try {
    return dereference(schema);
  } catch (cause) {
    throw refused(messageOf(cause), cause);
  }
}

function refused(why: string, cause?: unknown): ChatError {
  return new ChatError('invalid-request', `The JSON Schema cannot be used: ${why}.`, { cause });
}
