// What a model said goes back part by part: every recorded answer is decoded, kept as a message, and sent again.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModelEvent, ModelRequest } from '../../src/chat/model.ts';
import { cut, readRecording } from '../../src/cli/recording.ts';
import { isObject } from '../../src/conversation/json.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { Part } from '../../src/conversation/part.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { generateContent } from '../../src/models/google/model.ts';

const folder = fileURLToPath(new URL('../../../shared/recordings/gemini', import.meta.url));
const model = { provider: 'google', id: 'gemini-3-recorded' };
type WirePart = Readonly<Record<string, unknown>>;

describe('what Gemini said goes back as it came (rule W1)', () => {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (names.length === 0) {
    console.warn(`NO RECORDINGS at ${folder}: nothing was sent back.`);
    test('the recordings are missing, so nothing is proven here', () => {});
  }
  let signatures = 0;
  for (const name of names) {
    const meta = json(join(folder, name, 'meta.json')) as { file: string; status: number };
    if (meta.status !== 200) continue;
    const file = join(folder, name, meta.file);
    test(name, async () => {
      const came = partsIn(readFileSync(file, 'utf8'));
      const sent = await sentBack(await decoded(file));
      const signed = (parts: readonly WirePart[]) =>
        parts.flatMap((part) => (part['thoughtSignature'] ? [whole(part)] : []));
      expect(signed(sent.filter((part) => part['thoughtSignature'] !== skip))).toEqual(signed(came));
      expect(textIn(sent)).toBe(textIn(came));
      expect(named(sent, 'functionCall')).toEqual(named(came, 'functionCall'));
      for (const kind of ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse', 'inlineData']) {
        expect([kind, sent.flatMap((part) => part[kind] ?? [])]).toEqual([
          kind,
          came.flatMap((part) => part[kind] ?? []),
        ]);
      }
      signatures += signed(came).length;
    });
  }
  test.runIf(names.length > 0)('signatures among them', () => expect(signatures).toBeGreaterThan(40));

  // The client of the MCP servers sends a turn for each chunk.
  const pairs = names.filter((name) => {
    return after(name) !== name && !name.includes('mcp_tools') && existsSync(join(folder, after(name), 'request.json'));
  });
  test.each(pairs)('as the client sent it that was recorded: %s', async (name) => {
    const { file } = json(join(folder, name, 'meta.json')) as { file: string };
    const sent = await sentBack(await decoded(join(folder, name, file)));
    const request = json(join(folder, after(name), 'request.json')) as {
      contents: { role: string; parts: WirePart[] }[];
    };
    const theirs = request.contents.findLast(({ role }) => role === 'model')?.parts ?? [];
    expect(theirs.length).toBeGreaterThan(0);
    // One of the clients puts the signature of an empty piece on the text before it.
    expect(textIn(sent)).toBe(textIn(theirs));
    expect(named(sent, 'functionCall')).toEqual(named(theirs, 'functionCall'));
    expect(beginnings(sent)).toEqual(beginnings(theirs));
  });
});

const skip = 'skip_thought_signature_validator';

/** The name of the recording that goes on where this one ends. */
function after(name: string): string {
  return name.replace(/\d+$/, (number) => `${Number(number) + 1}`);
}

/** The signatures, as far as recordings keep them, in the alphabet of addresses. */
function beginnings(parts: readonly WirePart[]): string[] {
  return parts.flatMap(({ thoughtSignature: signature }) =>
    typeof signature === 'string' ? [signature.slice(0, 40).replaceAll('+', '-').replaceAll('/', '_')] : [],
  );
}

function named(parts: readonly WirePart[], kind: string): unknown[] {
  return parts.flatMap((part) => {
    const value = part[kind];
    return isObject(value) ? [{ name: value['name'], args: value['args'] ?? {} }] : [];
  });
}

function textIn(parts: readonly WirePart[]): string {
  return parts.map(({ text, thought }) => (typeof text === 'string' && !thought ? text : '')).join('');
}

/** A part with the arguments that it may leave out. */
function whole(part: WirePart): WirePart {
  const { functionCall: call } = part;
  return isObject(call) ? { ...part, functionCall: { args: {}, ...call } } : part;
}

/** The parts of a recorded answer; arguments that came value by value are put together here without the decoder's help. */
function partsIn(body: string): WirePart[] {
  const chunks = body.startsWith('data:') ? body.split(/\r?\n/).filter((line) => line.startsWith('data:')) : [body];
  const parts = chunks.flatMap((chunk) => {
    const { candidates = [] } = JSON.parse(chunk.replace(/^data:/, '')) as {
      candidates?: { content?: { parts?: WirePart[] } }[];
    };
    return candidates[0]?.content?.parts ?? [];
  });
  const joined: WirePart[] = [];
  for (const part of parts) {
    const call = part['functionCall'];
    const last = joined.at(-1)?.['functionCall'];
    if (!isObject(call)) joined.push(part);
    else if (call['name'] === undefined && isObject(last)) put(last, call['partialArgs']);
    else {
      const { partialArgs, willContinue: _more, ...rest } = call;
      const started = partialArgs === undefined && !_more ? rest : { ...rest, args: {} };
      put(started, partialArgs);
      joined.push({ ...part, functionCall: started });
    }
  }
  return joined;
}

function put(call: Record<string, unknown>, values: unknown): void {
  for (const { jsonPath, stringValue, numberValue } of (values ?? []) as {
    jsonPath: string;
    stringValue?: string;
    numberValue?: number;
  }[]) {
    const path = jsonPath
      .slice(2)
      .split(/[.[\]]+/)
      .filter((name) => name !== '');
    let place = call['args'] as Record<string, unknown>;
    for (const [i, name] of path.slice(0, -1).entries()) {
      place = (place[name] ??= /^\d+$/.test(path[i + 1]!) ? [] : {}) as Record<string, unknown>;
    }
    const name = path.at(-1)!;
    place[name] =
      stringValue === undefined ? numberValue : `${(place[name] as string | undefined) ?? ''}${stringValue}`;
  }
}

/** The message that an answer becomes. */
async function decoded(file: string): Promise<Message> {
  const { body, contentType } = readRecording(file);
  const answer = new ReadableStream({
    start(controller) {
      for (const piece of cut(body, 3)) controller.enqueue(piece);
      controller.close();
    },
  });
  const headers = { 'content-type': contentType ?? 'text/event-stream' };
  const recorded = generateContent(model.id, {
    apiKey: 'no key',
    fetch: async () => new Response(answer, { headers }),
  });
  const parts: Part[] = [];
  const places = new Map<string, number>();
  for await (const batch of recorded.stream(requestOf([]))) {
    for (const event of 'type' in batch ? [batch] : batch) fold(event, parts, places);
  }
  return { id: 'said', role: 'assistant', parts, at: 0, model };
}

/** The engine's fold, as far as it matters here. */
function fold(event: ModelEvent, parts: Part[], places: Map<string, number>): void {
  const placeOf = (key: string): number => {
    if (!places.has(key)) places.set(key, parts.length);
    return places.get(key)!;
  };
  if (event.type === 'text' || event.type === 'reasoning') {
    const place = placeOf(`${event.type} ${event.part}`);
    const before = parts[place] as Extract<Part, { type: 'text' | 'reasoning' }> | undefined;
    const origin = event.origin ?? before?.origin;
    parts[place] = { type: event.type, text: `${before?.text ?? ''}${event.delta}`, ...(origin && { origin }) };
  } else if (event.type === 'call') {
    const { id, name, arguments: text, providerExecuted, origin } = event;
    const facts = { id: `call ${event.key}`, name, arguments: text, revision: 1, state: 'completed', output: 'done' };
    const call = {
      ...facts,
      ...(id !== undefined && { providerId: id }),
      ...(providerExecuted && { providerExecuted }),
    } as ToolCall;
    parts[placeOf(`call ${event.key}`)] = { type: 'tool', call, ...(origin && { origin }) };
  } else if (event.type === 'result') {
    const place = placeOf(`call ${event.key}`);
    parts[place] = {
      ...(parts[place] as Extract<Part, { type: 'tool' }>),
      ...(event.origin && { origin: event.origin }),
    };
  } else if (event.type === 'part') parts.push(event.value);
}

/** What of a message is sent as the model's. */
async function sentBack(message: Message): Promise<WirePart[]> {
  let text = '';
  const asked = generateContent(model.id, {
    apiKey: 'no key',
    fetch: async (_, { body }) => {
      text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
      return new Response('data: [DONE]\n\n');
    },
  });
  const user: Message = { id: 'asked', role: 'user', parts: [{ type: 'text', text: 'Hi' }], at: 0 };
  for await (const _ of asked.stream(requestOf([user, message])));
  const { contents } = JSON.parse(text) as { contents: { role: string; parts: WirePart[] }[] };
  return contents.filter(({ role }) => role === 'model').flatMap(({ parts }) => parts);
}

function requestOf(messages: readonly Message[]): ModelRequest {
  return { messages, tools: [], settings: {}, signal: new AbortController().signal, kept: new Map() };
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
