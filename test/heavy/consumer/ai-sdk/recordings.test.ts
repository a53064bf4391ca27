import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ChatError } from 'yourcall';
import type { Message, Model, ModelEvent } from 'yourcall';
import { exceptions } from './exceptions.ts';
import { messageOf } from './message-of.ts';
import { packages } from './packages.ts';
import { replayServer } from './replay-server.ts';

const root = join(import.meta.dirname, '../../../../../shared/recordings');

interface Recording {
  readonly name: string;
  readonly provider: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly expected: Expected;
}

interface Expected {
  readonly text: string;
  readonly toolCalls: readonly ExpectedCall[];
  readonly finishReason: string | null;
  readonly error?: { readonly status?: number };
  readonly ambiguous?: readonly string[];
  readonly extra: { readonly refusal?: string; readonly blockReason?: string };
}

interface ExpectedCall {
  readonly name: string;
  readonly arguments: unknown;
  readonly argumentsRaw?: string;
  /** Its input is text. */
  readonly custom?: boolean;
}

/** Answers that were streamed, and refusals: `doStream` asks for nothing else. */
function recordings(folder: string): readonly Recording[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).flatMap((name) => {
    const at = (file: string): string => join(root, folder, name, file);
    const { file, status, provider, framing, responseHeaders } = json(at('meta.json')) as {
      file: string;
      status: number;
      provider: string;
      framing: string;
      responseHeaders?: Record<string, string>;
    };
    if (framing !== 'sse' && status < 400) return [];
    const usual = framing === 'sse' ? 'text/event-stream' : 'application/json';
    const contentType = responseHeaders?.['content-type'] ?? usual;
    const expected = json(at('expected.json')) as Expected;
    return [{ name: `${folder}/${name}`, provider, status, contentType, body: readFileSync(at(file)), expected }];
  });
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

interface Heard {
  readonly events: readonly ModelEvent[];
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly finish: string | undefined;
  readonly error: ChatError | undefined;
}

const words: Message = { id: 'words', role: 'user', at: 1, parts: [{ type: 'text', text: 'Hi' }] };

async function hear(model: Model, messages: readonly Message[] = [words]): Promise<Heard> {
  const events: ModelEvent[] = [];
  const { signal } = new AbortController();
  let error: ChatError | undefined;
  try {
    for await (const batch of model.stream({ messages, tools: [], settings: {}, signal, kept: new Map() }))
      events.push(...('type' in batch ? [batch] : batch));
  } catch (thrown) {
    if (!(thrown instanceof ChatError)) throw thrown;
    error = thrown;
  }
  return {
    events,
    text: events.map((event) => (event.type === 'text' ? event.delta : '')).join(''),
    calls: events.flatMap((event) =>
      event.type === 'call' && !event.providerExecuted ? [{ name: event.name, input: parsed(event.arguments) }] : [],
    ),
    finish: events.find((event) => event.type === 'finish')?.reason,
    error,
  };
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The finish reason that is meant, whatever the provider calls it. */
function meaning({ finishReason, toolCalls, extra }: Expected): string | undefined {
  if (extra.refusal !== undefined) return 'refusal';
  if (extra.blockReason !== undefined) return 'content-filter';
  const word = finishReason?.toLowerCase();
  if (word === undefined) return undefined;
  if (/length|max_(output_)?tokens/.test(word)) return 'length';
  if (/content_filter|safety|recitation|prohibited|blocklist|spii/.test(word)) return 'content-filter';
  if (word === 'refusal') return 'refusal';
  if (word === 'pause_turn') return 'pause-turn';
  if (toolCalls.length > 0 || /tool|function_call/.test(word)) return 'tool-calls';
  return /stop|end_turn|completed|eos/.test(word) ? 'stop' : 'other';
}

function compare(heard: Heard, expected: Expected): void {
  const ambiguous = expected.ambiguous ?? [];
  const wanted = {
    // The packages tell a refusal as text.
    text: expected.text + (expected.extra.refusal ?? ''),
    calls: expected.toolCalls.map(({ name, arguments: input, argumentsRaw, custom }) => ({
      name,
      input: custom ? argumentsRaw : input,
    })),
    finish: meaning(expected),
  };
  if (expected.error) {
    assert.ok(heard.error, 'there is no error');
    if (expected.error.status !== undefined) assert.equal(heard.error.status, expected.error.status);
    return;
  }
  if (heard.error) throw heard.error;
  if (!ambiguous.includes('text')) assert.equal(heard.text, wanted.text);
  if (!ambiguous.includes('toolCalls')) assert.deepEqual(heard.calls, wanted.calls);
  if (!ambiguous.includes('finishReason')) assert.equal(heard.finish, wanted.finish);
}

const protocols = {
  'openai-chat': 'openai-chat',
  'openai-responses': 'openai-responses',
  'openai-responses, specification 3': 'openai-responses',
  'anthropic-messages': 'anthropic-messages',
  gemini: 'gemini',
} as const;

for (const [name, folder] of Object.entries(protocols)) {
  const all = recordings(folder);
  if (all.length === 0) console.warn(`NO RECORDINGS of ${folder}: the packages were not tried on real answers.`);
  describe(`${all.length} recorded answers: ${name}, through the real package`, async () => {
    const server = await replayServer();
    after(() => server.close());
    for (const recording of all) {
      const { status, contentType, body, expected } = recording;
      test(
        recording.name,
        { skip: exceptions[recording.name] ?? exceptions[`${recording.name} (${name})`] },
        async () => {
          const isOpenAI = name === 'openai-chat' && recording.provider === 'openai';
          const model = packages[isOpenAI ? 'openai-chat of OpenAI' : (name as keyof typeof protocols)](server.url);
          server.play({ status, contentType, body });
          const heard = await hear(model);
          compare(heard, expected);
          if (heard.error) return;

          // The answer goes back to its package, which makes a request of it.
          const before = server.asked.length;
          server.play({ status: 503, contentType: 'application/json', body: '{"error":{"message":"enough"}}' });
          const { error } = await hear(model, [words, messageOf(heard.events, model), { ...words, id: 'more' }]);
          assert.equal(server.asked.length, before + 1, error?.message);
        },
      );
    }
  });
}
