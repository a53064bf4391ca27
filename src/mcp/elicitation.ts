import type { InputRequests, InputResponse, InputResponses } from '@modelcontextprotocol/client';
import { textOfIssues } from '../chat/schema.ts';
import type { Question } from '../chat/tool.ts';
import { isObject } from '../conversation/json.ts';
import type { Json, JsonObject } from '../conversation/json.ts';
import { jsonSchema } from '../json-schema/json-schema.ts';
import { askOf, needsNobody, responseTo } from './input-request.ts';
import type { Ask, Given } from './input-request.ts';

/** What a server has asked, as the call keeps it until somebody answers. */
export interface Asked {
  readonly asks: readonly Ask[];
  /** The server's own, given back as it is. */
  readonly requestState?: string;
  /** What it was given before, where the call is made anew from its beginning each time. */
  readonly before?: InputResponses;
}

/** What a server wants to know before it goes on. Throws `ToolFailure` when it wants what is not given here. */
export async function askedBy(requests: InputRequests, given: Given, requestState?: string): Promise<Asked> {
  const asks: Ask[] = [];
  for (const [key, request] of Object.entries(requests)) asks.push(await askOf(key, request, given));
  return { asks, ...(requestState !== undefined && { requestState }) };
}

/** The question to a person. `problem` says what was wrong with the last answer. */
export function questionOf(asked: Asked, server: string, problem?: string): Question {
  const asks = ofPeople(asked);
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

/** What the server is given for an answer of a person, who may have had nothing to say; or what is wrong with it. */
export async function responsesTo(
  asked: Asked,
  { answer, ...about }: { readonly answer?: unknown; readonly given: Given; readonly signal: AbortSignal },
): Promise<InputResponses | string> {
  const people = ofPeople(asked);
  const issues = people.length === 0 ? undefined : checked(schemaOf(people), answer);
  if (issues !== undefined) return `That does not fit (${issues})`;
  const of = (ask: Ask): unknown => (people.length === 1 ? answer : (answer as Record<string, unknown>)[ask.key]);
  const responses: Record<string, InputResponse> = {};
  for (const ask of asked.asks) {
    responses[ask.key] = await responseTo(ask, needsNobody(ask) ? about : { ...about, answer: of(ask) });
  }
  return responses;
}

function ofPeople({ asks }: Asked): readonly Ask[] {
  return asks.filter((ask) => !needsNobody(ask));
}

/** One ask is answered as it is, several each under its key. */
function schemaOf(asks: readonly Ask[]): JsonObject {
  const schemas = asks.map((ask) => [ask.key, answerOf(ask)] as const);
  if (schemas.length === 1) return schemas[0]![1];
  return { type: 'object', properties: Object.fromEntries(schemas), required: schemas.map(([key]) => key) };
}

/** The shape of an answer. Who says no rejects the call. */
function answerOf({ for: wanted }: Ask): JsonObject {
  if ('schema' in wanted) return wanted.schema;
  return { type: 'string', enum: ['url' in wanted ? 'done' : 'yes'] };
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
