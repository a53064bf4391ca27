import { isDeepStrictEqual } from 'node:util';
import type { Model, ModelEvent } from '../../src/chat/model.ts';
import type { Recording } from '../../src/cli/recording.ts';
import { ChatError } from '../../src/conversation/error.ts';
import type { Fetch } from '../../src/wire/http.ts';

/** What a recording says, derived from its bytes by no code of this project. */
export interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly {
    readonly id?: string | null;
    readonly name: string;
    readonly arguments: unknown;
    /** As they were written. */
    readonly argumentsRaw?: string;
  }[];
  readonly finishReason: string | null;
  readonly error?: { readonly status?: number; readonly message: string };
  /** Fields that a correct reader may tell in another way. */
  readonly ambiguous?: readonly string[];
  readonly extra: { readonly rawUsage?: unknown; readonly refusal?: string };
}

/** What a model of ours said of it. */
export interface Decoded {
  text: string;
  reasoning: string;
  toolCalls: { readonly name: string; readonly input: unknown }[];
  finishReason?: string | undefined;
  usage?: unknown;
  refusal?: unknown;
  error?: ChatError;
}

/** A recorded answer through the real model: its status, its content type, and its bytes in these pieces. */
export async function decode(
  model: (fetch: Fetch) => Model,
  { status, contentType }: Recording,
  pieces: Iterable<Uint8Array>,
): Promise<Decoded> {
  const decoded: Decoded = { text: '', reasoning: '', toolCalls: [] };
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const answered = model(async () => new Response(bodyOf(pieces), { status, headers }));
  const { signal } = new AbortController();
  try {
    const batches = answered.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() });
    for await (const batch of batches) for (const event of 'type' in batch ? [batch] : batch) look(event, decoded);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    decoded.error = error;
  }
  return decoded;
}

/** The fields in which the two differ, each with what was seen and what was expected. */
export function differences(decoded: Decoded, expected: Expected): readonly string[] {
  const { error, extra, ambiguous = [] } = expected;
  const wanted: Partial<Record<keyof Decoded, unknown>> = {
    text: expected.text,
    reasoning: squeeze(expected.reasoning),
    // After an error no call is told, and nothing is said to be finished.
    toolCalls: error ? [] : expected.toolCalls.map(({ name, arguments: input }) => ({ name, input })),
    finishReason: error ? undefined : (expected.finishReason ?? undefined),
    usage: extra.rawUsage,
    refusal: extra.refusal,
    error: error?.status,
  };
  // A provider that refuses may say why, which is no text of the model's.
  if (expected.finishReason === 'refusal' && wanted.refusal === undefined) delete wanted.refusal;
  const seen = { ...decoded, reasoning: squeeze(decoded.reasoning), error: decoded.error?.status };
  const told = (Object.keys(wanted) as (keyof Decoded)[])
    .filter((name) => !ambiguous.includes(name) && !holds(seen[name], wanted[name]))
    .map((name) => `${name}: ${JSON.stringify(seen[name])} instead of ${JSON.stringify(wanted[name])}`);
  if (!ambiguous.includes('error') && Boolean(error) !== Boolean(decoded.error)) told.push(`error: ${decoded.error}`);
  if (error && !decoded.error?.message.includes(error.message)) told.push(`message: ${decoded.error?.message}`);
  return told;
}

/** Whether everything expected is there; there may be more of an object. */
function holds(seen: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(seen, wanted);
  if (typeof seen !== 'object' || seen === null) return false;
  return Object.entries(wanted).every(([name, value]) => holds((seen as Record<string, unknown>)[name], value));
}

function look(event: ModelEvent, decoded: Decoded): void {
  if (event.type === 'reset') Object.assign(decoded, { text: '', reasoning: '', toolCalls: [] });
  if (event.type === 'text') decoded.text += event.delta;
  if (event.type === 'reasoning') decoded.reasoning += event.delta;
  if (event.type === 'usage') decoded.usage = event.usage.raw;
  if (event.type === 'finish') decoded.finishReason = event.raw;
  if (event.type === 'call' && !event.providerExecuted) {
    decoded.toolCalls.push({ name: event.name, input: parsed(event.arguments) });
  }
  if (event.type === 'part' && event.value.type === 'data' && event.value.name === 'refusal') {
    decoded.refusal = event.value.data;
  }
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

function bodyOf(pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
