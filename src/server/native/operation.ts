import type { Json, JsonObject } from '../../conversation/json.ts';
import type { Route } from '../dialect.ts';

/** A route, and what the OpenAPI document says of it. */
export interface Operation extends Route {
  readonly summary: string;
  /** JSON Schema of its body. */
  readonly takes?: JsonObject;
  /** Names of what may stand in the query, or in a header. */
  readonly query?: readonly string[];
  readonly headers?: readonly string[];
  /** What it answers: by status the name of a schema, `events` for a stream, `bytes`, or nothing. */
  readonly gives: Readonly<Record<number, string>>;
}

/** A JSON Schema of an object with these members; those whose names end with `?` may be missing. */
export function objectOf(members: Readonly<Record<string, Json>>): JsonObject {
  const names = Object.keys(members);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), members[name]])),
    required: names.filter((name) => !name.endsWith('?')),
  };
}

/** A JSON answer that nobody keeps. */
export function answer(value: object, status = 200): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store' } });
}
