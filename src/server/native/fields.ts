import { isObject } from '../../conversation/json.ts';
import { Problem } from '../problem.ts';

/** The body as an object with no other members than these. Throws `malformed`. */
export function bodyWith(body: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const value = body ?? {};
  if (!isObject(value)) throw new Problem('malformed', 'The body is not an object.');
  // Who asks is what authorize said: whoever says so themselves is told that it does not count (rule D7).
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other === undefined) return value;
  throw new Problem('malformed', `The body may not hold ${JSON.stringify(other)}.`);
}

/** A text, if it is there. */
export function textIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= 1_000 && value.isWellFormed()) return value;
  throw new Problem('malformed', `${name} is not a text of at most 1000 characters.`);
}

/** A yes or no, if it is there. */
export function flagIn(body: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new Problem('malformed', `${name} is neither true nor false.`);
}

/** Which page of a list is asked for. */
export function pageIn(query: URLSearchParams): { readonly limit?: number; readonly after?: string } {
  const limit = query.get('limit');
  const after = query.get('after');
  if (limit !== null && !/^[1-9]\d{0,2}$/.test(limit)) throw new Problem('malformed', 'limit is not 1 to 500.');
  return { ...(limit !== null && { limit: Math.min(500, Number(limit)) }), ...(after !== null && { after }) };
}

/** Which thread is asked about; all where none is named. */
export function threadIn(query: URLSearchParams): { readonly thread?: string } {
  const thread = query.get('thread');
  return thread === null ? {} : { thread };
}
