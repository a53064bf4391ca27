// What came from Anthropic goes back as it came: each recorded answer is decoded, put into a message, and rendered for
// the next request; its blocks have to be those that stand in the recording.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../src/chat/model.ts';
import { isObject } from '../../src/conversation/json.ts';
import type { FinishReason, Message } from '../../src/conversation/message.ts';
import type { Part, ToolPart } from '../../src/conversation/part.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { familyOf } from '../../src/models/anthropic/family.ts';
import { messagesRequest } from '../../src/models/anthropic/request.ts';
import { MessagesDecoder } from '../../src/models/anthropic/stream.ts';
import { SseSplitter } from '../../src/wire/sse.ts';

type Block = Record<string, unknown>;

const folder = fileURLToPath(new URL('../../../shared/recordings/anthropic-messages', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).sort() : [];
const wire = { provider: 'test', model: 'model', family: familyOf('model'), betas: [], citations: false };

/** Recordings that do not say what came, and why. */
const exceptions: Readonly<Record<string, string>> = {
  '0xplaygrounds-rig--anthropic-opus_4_8-web_search_with_dynamic_filtering_succeeds':
    'ids were replaced after recording: results name other calls than there are',
  '0xplaygrounds-rig--anthropic-streamed_server_tools-streamed_web_search_preserves_server_tool_blocks':
    'ids were replaced after recording: results name other calls than there are',
};

describe('recorded answers go back as they came (rules W1, W3)', () => {
  if (names.length === 0) {
    console.warn(`NO RECORDINGS at ${folder}: nothing is proven of what goes back.`);
    test('the recordings are missing, so nothing is proven here', () => {});
  }
  test.each(names.filter((name) => !(name in exceptions) && bodyOf(name) !== undefined))('%s', (name) => {
    const body = bodyOf(name)!;
    const answer = messageOf(eventsOf(body));
    const sent = turnsFor([said('Hi'), answer, said('And?')]);
    const blocks = sent.filter(({ role }) => role === 'assistant').flatMap(({ content }) => content);
    expect(blocks).toEqual(blocksIn(body));
    const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
    const results = sent.flatMap(({ content }) => content.map((block) => block['tool_use_id']));
    expect(results.filter((id) => calls.includes(id))).toEqual(calls);
  });

  const pair =
    'crmne-ruby_llm--chat_function_calling_anthropic_claude-haiku-4-5_can_use_tools-eaming_conversations-e4271';
  test.skipIf(!names.includes(`${pair}.4`))('as the client sent it that was recorded', () => {
    const { messages } = JSON.parse(readFileSync(join(folder, `${pair}.4`, 'request.json'), 'utf8')) as {
      messages: { role: string; content: unknown }[];
    };
    const answer = messageOf(eventsOf(bodyOf(`${pair}.3`)!));
    const [, turn] = turnsFor([said('Hi'), answer]);
    // That client left out who called the tool, which we send back too.
    expect(turn).toMatchObject(messages.at(-2)!);
  });
});

/** The body of an answer; of a refused request nothing. */
function bodyOf(name: string): string | undefined {
  const { file, status } = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as {
    file: string;
    status: number;
  };
  return status === 200 ? readFileSync(join(folder, name, file), 'utf8') : undefined;
}

function framesOf(body: string): Block[] {
  const frames: Block[] = [];
  const splitter = new SseSplitter((data) => void frames.push(JSON.parse(data) as Block));
  splitter.push(body);
  splitter.end();
  return frames;
}

function eventsOf(body: string): ModelEvent[] {
  const decoder = new MessagesDecoder(wire);
  const events: ModelEvent[] = [];
  for (const frame of framesOf(body)) decoder.push(JSON.stringify(frame), '', events);
  decoder.end(events);
  return events;
}

/** The message that an answer makes, with each call of ours completed. */
function messageOf(events: readonly ModelEvent[]): Message {
  let parts: Part[] = [];
  let places = new Map<string, number>();
  let finish: FinishReason | undefined;
  const calls = (): ToolPart[] => parts.filter((part) => part.type === 'tool');
  for (const event of events) {
    if (event.type === 'reset') [parts, places] = [[], new Map()];
    if (event.type === 'finish') finish = event.reason;
    if (event.type === 'part') parts.push(event.value);
    if (event.type === 'text' || event.type === 'reasoning') {
      const { type, delta, part: number, origin } = event;
      const place = places.get(`${type} ${number}`) ?? parts.length;
      places.set(`${type} ${number}`, place);
      const before = parts[place] as { text: string } | undefined;
      parts[place] = { type, text: (before?.text ?? '') + delta, ...(origin && { origin }) };
    }
    if (event.type === 'call') {
      const { id, name, arguments: written, providerExecuted, origin } = event;
      const call = {
        id: `own-${parts.length}`,
        providerId: id,
        name,
        arguments: written,
        revision: 1,
        providerExecuted,
      };
      const settled = { ...call, state: 'completed', output: 'done' } as ToolCall;
      parts.push({ type: 'tool', call: settled, ...(origin && { origin }) });
    }
    if (event.type === 'result') {
      const part = calls().find(({ call }) => call.providerId === event.id);
      if (part) parts[parts.indexOf(part)] = { ...part, origin: event.origin! };
    }
  }
  const model = { provider: 'test', id: 'model' };
  return { id: 'answer', role: 'assistant', parts, at: 0, model, ...(finish && { finish }) };
}

function said(text: string): Message {
  return { id: text, role: 'user', parts: [{ type: 'text', text }], at: 0 };
}

function turnsFor(messages: readonly Message[]): readonly { readonly role: string; readonly content: Block[] }[] {
  const { signal } = new AbortController();
  const { body } = messagesRequest({ messages, tools: [], settings: {}, signal, kept: new Map() }, wire);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return (JSON.parse(text) as { messages: { role: string; content: Block[] }[] }).messages;
}

/** The blocks of an answer, put together in the plainest way; blank text cannot be sent back. */
function blocksIn(body: string): readonly Block[] {
  let blocks: Block[] = [];
  for (const frame of framesOf(body)) {
    const { type, content, content_block: block, index, delta } = frame;
    if (type === 'message') blocks = content as Block[];
    if (type === 'message_start') blocks = [];
    if (type === 'content_block_start') blocks[index as number] = { ...(block as Block) };
    if (type === 'content_block_delta' && isObject(delta)) grow(blocks[index as number]!, delta);
    if (type === 'message_stop') break;
  }
  return blocks.map(plain).filter(({ type, text }) => type !== 'text' || String(text).trim() !== '');
}

function grow(block: Block, { type, ...delta }: Block): void {
  if (type === 'citations_delta') block['citations'] = [...(block['citations'] as Block[]), delta['citation']];
  else for (const [name, value] of Object.entries(delta)) block[name] = `${block[name] ?? ''}${value as string}`;
}

function plain({ partial_json: written, ...block }: Block): Block {
  if (written) block['input'] = JSON.parse(written as string);
  const { citations, ...rest } = block;
  return Array.isArray(citations) && citations.length > 0 ? block : rest;
}
