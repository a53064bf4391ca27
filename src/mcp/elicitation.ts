import type { ElicitResult, InputRequests, InputResponses } from '@modelcontextprotocol/client';
import { textOfIssues } from '../chat/schema.ts';
import { ToolFailure } from '../chat/tool-failure.ts';
import type { Question } from '../chat/tool.ts';
import { isObject } from '../conversation/json.ts';
import type { Json, JsonObject } from '../conversation/json.ts';
import { jsonSchema } from '../json-schema/json-schema.ts';
import { cut } from './result.ts';

/** One thing that a server asks of a person. */
interface Ask {
  readonly key: string;
  readonly message: string;
  /** The shape of the answer; or where the person is to go. */
  readonly for: { readonly schema: JsonObject } | { readonly url: string };
}

/** What a server has asked, as the call keeps it until somebody answers. */
export interface Asked {
  readonly asks: readonly Ask[];
  /** The server's own, given back as it is. */
  readonly requestState?: string;
  /** What was answered before, where the call is made anew from its beginning each time. */
  readonly before?: Readonly<Record<string, Json>>;
}

/** What a server wants to know before it goes on. Throws `ToolFailure` when a person is not whom it asks. */
export function askedBy(requests: InputRequests, requestState?: string): Asked {
  const asks = Object.entries(requests).map(([key, { method, params }]): Ask => {
    if (method !== 'elicitation/create') throw new ToolFailure(`its server wants ${method}, which is not given here`);
    const message = cut(params.message);
    if ('url' in params) return { key, message, for: { url: params.url } };
    // What came over the wire is JSON.
    return { key, message, for: { schema: params.requestedSchema as JsonObject } };
  });
  return { asks, ...(requestState !== undefined && { requestState }) };
}

/** The question to a person. `problem` says what was wrong with the last answer. */
export function questionOf(asked: Asked, server: string, problem?: string): Question {
  const { asks } = asked;
  const texts = asks.map(({ message, for: wanted }) => ('url' in wanted ? pageText(wanted.url, message) : message));
  const said = asks.length === 1 ? texts[0] : texts.map((text, index) => `${index + 1}. ${text}`).join('\n');
  return {
    question: `${problem === undefined ? '' : `${problem}. `}The server ${server} asks: ${said}`,
    schema: schemaOf(asks),
    // JSON, all of it.
    state: asked as unknown as Json,
  };
}

/** What a call has kept of a question; nothing where it has asked none. */
export function askedIn(state: Json | undefined): Asked | undefined {
  // Nobody but `questionOf` makes such a state: it is stored with the call.
  return isObject(state) && Array.isArray(state['asks']) ? (state as unknown as Asked) : undefined;
}

/** An answer as the server wants it, or what is wrong with it. */
export function responsesTo({ asks }: Asked, answer: unknown): { readonly responses: InputResponses } | string {
  const issues = checked(schemaOf(asks), answer);
  if (issues !== undefined) return `That does not fit (${issues})`;
  const of = (key: string): unknown => (asks.length === 1 ? answer : (answer as Record<string, unknown>)[key]);
  const responses = asks.map(({ key, for: wanted }): readonly [string, ElicitResult] => [
    key,
    'url' in wanted
      ? { action: 'accept' }
      : { action: 'accept', content: of(key) as NonNullable<ElicitResult['content']> },
  ]);
  return { responses: Object.fromEntries(responses) };
}

const done: JsonObject = { type: 'string', enum: ['done'] };

/** One ask is answered as it is, several each under its key. */
function schemaOf(asks: readonly Ask[]): JsonObject {
  const schemas = asks.map(({ key, for: wanted }) => [key, 'url' in wanted ? done : wanted.schema] as const);
  if (schemas.length === 1) return schemas[0]![1];
  return { type: 'object', properties: Object.fromEntries(schemas), required: schemas.map(([key]) => key) };
}

/** A schema of a server may be wrong in itself: then it is for the server to look at the answer. */
function checked(schema: JsonObject, answer: unknown): string | undefined {
  let made: ReturnType<typeof jsonSchema>;
  try {
    made = jsonSchema(schema);
  } catch {
    return undefined;
  }
  const result = made['~standard'].validate(answer);
  return 'issues' in result && result.issues ? textOfIssues(result.issues) : undefined;
}

/** Never opened by itself: the person sees where it leads, and goes there or does not. */
function pageText(url: string, message: string): string {
  const host = URL.parse(url)?.host ?? 'an address that is none';
  return `${message}\nIt wants you to visit ${host}: ${url}\nAnswer "done" when you have done so.`;
}
