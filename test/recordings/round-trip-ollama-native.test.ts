// What original clients sent to an Ollama, said in our words and rendered again: it must be the same.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../src/chat/model.ts';
import { readRecording } from '../../src/cli/recording.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { Part, ToolPart } from '../../src/conversation/part.ts';
import { ollamaRequest } from '../../src/models/ollama/request.ts';
import { ollama } from '../../src/models/ollama/index.ts';

const root = fileURLToPath(new URL('../../../shared/recordings/ollama-native', import.meta.url));
const recordings = existsSync(root) ? readdirSync(root).sort() : [];

interface WireMessage {
  readonly role: Message['role'] | 'tool';
  readonly content: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly WireCall[];
}

interface WireCall {
  readonly id?: string;
  readonly function: { readonly name: string; readonly arguments: unknown; readonly index?: number };
}

interface WireBody {
  readonly messages: readonly WireMessage[];
}

describe('requests to Ollama as their clients sent them', () => {
  const sent = recordings.filter((name) => existsSync(join(root, name, 'request.json')));
  if (recordings.length === 0) console.warn(`NO RECORDINGS at ${root}: nothing was rendered again.`);
  test('are there', () => expect(sent.length > 5 || recordings.length === 0).toBe(true));

  test.each(sent)('%s', (name) => {
    const { messages } = requestOf(name);
    expect(rendered(messagesOf(messages)).map(asTheirs)).toEqual(messages);
  });

  test.skipIf(recordings.length === 0)('an answer goes back as the client sent it back', async () => {
    const name = '0xplaygrounds-rig--ollama-tools-two_tools_nonstreaming';
    const answer = await answerOf(`${name}.1`);
    const { messages } = requestOf(`${name}.2`);
    const place = messages.findIndex(({ role }) => role === 'assistant');
    const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
    const [turn, ...told] = rendered([{ ...answer, parts: settled(answer.parts, results) }]);
    // Long texts were cut when the requests were stored.
    const [theirs, ...others] = messages.slice(place, place + 1 + results.length);
    expect(asTheirs({ ...turn!, content: '' })).toEqual({ ...theirs, content: '' });
    expect(turn?.content.slice(0, 80)).toBe(theirs?.content.slice(0, 80));
    expect(told.map(asTheirs)).toEqual(others);
    expect(turn?.tool_calls?.map((call) => call.function.index)).toEqual(results.map((_, index) => index));
  });
});

function requestOf(name: string): WireBody {
  return JSON.parse(readFileSync(join(root, name, 'request.json'), 'utf8')) as WireBody;
}

function rendered(messages: readonly Message[]): readonly WireMessage[] {
  const { signal } = new AbortController();
  const render = ollamaRequest({ provider: 'ollama', model: 'm' });
  const { body } = render({ messages, tools: [], settings: {}, signal, kept: new Map() });
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return (JSON.parse(text) as WireBody).messages;
}

/** These clients left out the ids and the places of calls. */
function asTheirs({ tool_calls: calls, ...message }: WireMessage & { readonly tool_call_id?: string }): unknown {
  const { tool_call_id: _, ...rest } = message;
  if (!calls) return rest;
  const plain = calls.map(({ id: _id, function: { index: _index, ...called }, ...call }) => {
    return { ...call, function: called };
  });
  return { ...rest, tool_calls: plain };
}

function messagesOf(wire: readonly WireMessage[]): readonly Message[] {
  return wire.flatMap((one, place) => {
    const { role, content, thinking, tool_calls: calls = [] } = one;
    if (role === 'tool') return [];
    const results = wire.slice(place + 1, place + 1 + calls.length).map((result) => result.content);
    const parts: Part[] = calls.map((call, index) => toolPart(`${place} ${index}`, call));
    if (content !== '') parts.unshift({ type: 'text', text: content });
    if (thinking !== undefined) parts.unshift({ type: 'reasoning', text: thinking });
    return [message(role, settled(parts, results), place)];
  });
}

function message(role: Message['role'], parts: readonly Part[], place = 0): Message {
  const model = { provider: 'ollama', id: 'm' };
  return { id: `m${place}`, role, parts, at: 0, ...(role === 'assistant' && { model }) };
}

function toolPart(id: string, { function: called }: WireCall): ToolPart {
  const { name, arguments: given } = called;
  const text = JSON.stringify(given);
  return { type: 'tool', call: { id, name, arguments: text, revision: 1, state: 'completed', output: null } };
}

function settled(parts: readonly Part[], results: readonly string[]): readonly Part[] {
  let next = 0;
  return parts.map((part) => {
    if (part.type !== 'tool') return part;
    const { id, providerId, name, arguments: text } = part.call;
    const facts = { id, ...(providerId !== undefined && { providerId }), name, arguments: text, revision: 1 };
    next += 1;
    return { type: 'tool', call: { ...facts, state: 'completed', output: results[next - 1] ?? '' } };
  });
}

/** A recorded answer as a message. */
async function answerOf(name: string): Promise<Message> {
  const { body } = readRecording(join(root, name, 'response.json'));
  const model = ollama('m', { fetch: async () => new Response(body) });
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  for await (const batch of model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() })) {
    events.push(...('type' in batch ? [batch] : batch));
  }
  const parts = events.flatMap((event): Part[] => {
    if (event.type === 'text' || event.type === 'reasoning') return [{ type: event.type, text: event.delta }];
    if (event.type !== 'call') return [];
    const { id, name: tool, arguments: text } = event;
    const call = { id: `${event.key}`, providerId: id!, name: tool, arguments: text, revision: 1 };
    return [{ type: 'tool', call: { ...call, state: 'completed', output: null } }];
  });
  return message('assistant', parts);
}
