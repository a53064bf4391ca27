import { ProtocolError } from '@modelcontextprotocol/client';
import type { InputRequest, InputResponse, InputResponses } from '@modelcontextprotocol/client';
import { orderedJson, sha256 } from '../conversation/digest.ts';
import type { Asked } from './elicitation.ts';
import { askOf, needsNobody, responseTo } from './input-request.ts';
import type { Given } from './input-request.ts';

/** Who answers what a server asks while a call is open; see `asksFirst`. */
export interface Answering {
  /** Settles with the first question that has no answer yet. */
  readonly question: Promise<Asked>;
  /** What the server was given before. */
  readonly before: InputResponses;
  ask(asked: Asked): void;
}

/** Answers what was answered before; what was not ends the call. */
export function answering(before: InputResponses): Answering {
  const { promise: question, resolve } = Promise.withResolvers<Asked>();
  return { question, before, ask: resolve };
}

/** A request over the open line, and what there is to answer it by. */
export interface LiveRequest {
  readonly request: InputRequest;
  readonly given: Given;
  readonly signal: AbortSignal;
  /** Where a person can be asked: by ending the call. */
  readonly answering: Answering | undefined;
  /** Told where a person cannot be asked. */
  readonly unasked: () => void;
}

/** What a server is told that asks over the open line, where nobody can be held for as long as a person takes. */
export async function liveResponse({
  request,
  given,
  signal,
  answering,
  unasked,
}: LiveRequest): Promise<InputResponse> {
  const key = keyOf(request);
  const { before = {} } = answering ?? {};
  // It was looked at for this very question.
  if (Object.hasOwn(before, key)) return before[key]!;
  const ask = await askOf(key, request, given);
  if (needsNobody(ask)) return responseTo(ask, { given, signal });
  if (answering) answering.ask({ asks: [ask], before });
  else unasked();
  if (request.method === 'elicitation/create') return { action: 'cancel' };
  throw new ProtocolError(refused, 'A person would have to be asked first');
}

/** By which the protocol says that a person refused that a model is asked. */
const refused = -1;

/** The same question is known by what it says. */
function keyOf({ method, params }: InputRequest): string {
  // What identifies a request or a page is another one each time.
  const { _meta: _request, elicitationId: _page, ...said } = (params ?? {}) as Record<string, unknown>;
  return sha256(orderedJson([method, said])).slice(0, 16);
}
