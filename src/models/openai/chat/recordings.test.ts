import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../../chat/model.ts';
import { ChatError } from '../../../conversation/error.ts';
import { chatCompletions } from './index.ts';

const folder = fileURLToPath(new URL('../../../../../shared/recordings/openai-chat', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).sort() : [];

/** Recordings that are not as `expected.json` says, and why that is right. */
const exceptions: Readonly<Record<string, string>> = {};

interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finishReason: string | null;
  readonly usage: unknown;
  readonly error?: { readonly status?: number; readonly message: string };
  readonly ambiguous?: readonly string[];
  readonly extra: { readonly rawUsage?: unknown; readonly refusal?: string };
}

describe(`${names.length} recorded answers of Chat Completions servers`, () => {
  if (names.length === 0) {
    console.warn(`NO RECORDINGS at ${folder}: the decoder was not proven on real answers.`);
    test('the recordings are missing, so nothing is proven here', () => {});
  }
  for (const [seed, name] of names.entries()) {
    test.skipIf(name in exceptions)(name, async () => {
      const expected = json(name, 'expected.json') as Expected;
      const seen = await decode(name, seed + 1);
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
      for (const field of expected.ambiguous ?? []) delete wanted[field];
      expect(result).toMatchObject(wanted);
      if (expected.error) expect(seen.error?.message).toContain(expected.error.message);
    });
  }
});

interface Seen {
  text: string;
  reasoning: string;
  calls: unknown[];
  finish: string | undefined;
  usage: unknown;
  refusal: unknown;
  error: ChatError | undefined;
}

async function decode(name: string, seed: number): Promise<Seen> {
  const seen: Seen = {
    text: '',
    reasoning: '',
    calls: [],
    finish: undefined,
    usage: undefined,
    refusal: undefined,
    error: undefined,
  };
  try {
    for await (const batch of recorded(name, seed)) {
      for (const event of 'type' in batch ? [batch] : batch) look(event, seen);
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    seen.error = error;
  }
  return seen;
}

function look(event: ModelEvent, seen: Seen): void {
  if (event.type === 'text') seen.text += event.delta;
  if (event.type === 'reasoning') seen.reasoning += event.delta;
  if (event.type === 'usage') seen.usage = event.usage.raw;
  if (event.type === 'finish') seen.finish = event.raw;
  if (event.type === 'call') seen.calls.push({ name: event.name, input: parsed(event.arguments) });
  if (event.type === 'part' && event.value.type === 'data') seen.refusal = event.value.data;
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The recording through the real factory: its status, its content type, and its bytes cut at random places. */
function recorded(name: string, seed: number): AsyncIterable<ModelEvent | readonly ModelEvent[]> {
  const meta = json(name, 'meta.json') as { file: string; status: number; responseHeaders?: Record<string, string> };
  const bytes = readFileSync(`${folder}/${name}/${meta.file}`);
  const model = chatCompletions({
    provider: 'recorded',
    model: 'recorded',
    baseURL: 'http://recorded',
    fetch: async () =>
      new Response(bodyOf(cut(bytes, seed)), {
        status: meta.status,
        headers: {
          ...(meta.responseHeaders?.['content-type'] && { 'content-type': meta.responseHeaders['content-type'] }),
        },
      }),
  });
  const signal = new AbortController().signal;
  return model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() });
}

function* cut(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  let state = seed;
  for (let from = 0; from < bytes.length;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const size = 1 + ((state >>> 16) % (state % 3 === 0 ? 4000 : 90));
    yield bytes.subarray(from, from + size);
    from += size;
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

function json(name: string, file: string): unknown {
  return JSON.parse(readFileSync(`${folder}/${name}/${file}`, 'utf8'));
}
