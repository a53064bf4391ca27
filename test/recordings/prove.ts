import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Model, ModelEvent } from '../../src/chat/model.ts';
import { cut, readRecording } from '../../src/cli/recording.ts';
import type { Recording } from '../../src/cli/recording.ts';
import { ChatError } from '../../src/conversation/error.ts';
import type { Fetch } from '../../src/wire/http.ts';

const root = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

/** What is proven of the recordings of one wire. */
export interface Proof {
  /** The folder's name, as `openai-chat`. */
  readonly wire: string;
  /** A model of this wire, over this `fetch`. */
  readonly model: (fetch: Fetch) => Model;
  /** Recordings that are not as `expected.json` says, and why that is right. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finishReason: string | null;
  readonly error?: { readonly status?: number; readonly message: string };
  readonly ambiguous?: readonly string[];
  readonly extra: { readonly rawUsage?: unknown; readonly refusal?: string };
}

/** One test for each recorded answer: decoded by the real model, its bytes cut at random places. */
export function proveRecordings({ wire, model, exceptions = {} }: Proof): void {
  const folder = join(root, wire);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  describe(`${names.length} recorded answers of ${wire}`, () => {
    if (names.length === 0) {
      console.warn(`NO RECORDINGS at ${folder}: the decoder was not proven on real answers.`);
      test('the recordings are missing, so nothing is proven here', () => {});
    }
    for (const [seed, name] of names.entries()) {
      test.skipIf(name in exceptions)(name, async () => {
        const expected = json(join(folder, name, 'expected.json')) as Expected;
        const { file } = json(join(folder, name, 'meta.json')) as { file: string };
        const seen = await decode(model, readRecording(join(folder, name, file)), seed + 1);
        compare(seen, expected);
      });
    }
  });
}

function compare(seen: Seen, expected: Expected): void {
  const result = {
    text: seen.text,
    reasoning: squeeze(seen.reasoning),
    toolCalls: seen.calls,
    finishReason: seen.finish,
    usage: seen.usage,
    error: seen.error && { status: seen.error.status },
    refusal: seen.refusal,
  };
  const wanted: Record<string, unknown> = {
    text: expected.text,
    reasoning: squeeze(expected.reasoning),
    toolCalls: expected.error ? [] : expected.toolCalls.map(({ name, arguments: input }) => ({ name, input })),
    // After an error nothing is said to be finished.
    finishReason: expected.error ? undefined : (expected.finishReason ?? undefined),
    usage: expected.extra.rawUsage,
    error: expected.error && { status: expected.error.status },
    refusal: expected.extra.refusal,
  };
  // A provider that refuses may say why, which is no text of the model's.
  if (expected.finishReason === 'refusal' && wanted['refusal'] === undefined) delete wanted['refusal'];
  for (const field of expected.ambiguous ?? []) delete wanted[field];
  expect(result).toMatchObject(wanted);
  if (expected.error) expect(seen.error?.message).toContain(expected.error.message);
}

interface Seen {
  text: string;
  reasoning: string;
  calls: unknown[];
  finish?: string | undefined;
  usage?: unknown;
  refusal?: unknown;
  error?: ChatError;
}

async function decode(model: Proof['model'], recording: Recording, seed: number): Promise<Seen> {
  const seen: Seen = { text: '', reasoning: '', calls: [] };
  try {
    for await (const batch of answered(model, recording, seed)) {
      for (const event of 'type' in batch ? [batch] : batch) look(event, seen);
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    seen.error = error;
  }
  return seen;
}

function look(event: ModelEvent, seen: Seen): void {
  if (event.type === 'reset') Object.assign(seen, { text: '', reasoning: '', calls: [] });
  if (event.type === 'text') seen.text += event.delta;
  if (event.type === 'reasoning') seen.reasoning += event.delta;
  if (event.type === 'usage') seen.usage = event.usage.raw;
  if (event.type === 'finish') seen.finish = event.raw;
  if (event.type === 'call' && !event.providerExecuted) {
    seen.calls.push({ name: event.name, input: parsed(event.arguments) });
  }
  if (event.type === 'part' && event.value.type === 'data' && event.value.name === 'refusal') {
    seen.refusal = event.value.data;
  }
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The recording through the real factory: its status, its content type, and its bytes cut at random places. */
function answered(
  model: Proof['model'],
  { status, contentType, body }: Recording,
  seed: number,
): AsyncIterable<ModelEvent | readonly ModelEvent[]> {
  const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
  const over = model(async () => new Response(bodyOf(cut(body, seed)), { status, headers }));
  const { signal } = new AbortController();
  return over.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() });
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

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
