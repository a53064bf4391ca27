// What came from Responses goes back as it came: each recorded answer is decoded, put into a message, and rendered for
// the next request; its items have to be those that stand in the recording, without the ids that nobody could find.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../src/chat/model.ts';
import { isObject } from '../../src/conversation/json.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { Part, ToolPart } from '../../src/conversation/part.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import type { ResponsesQuirks } from '../../src/models/openai/responses/quirks.ts';
import { responsesRequest } from '../../src/models/openai/responses/request.ts';
import { ResponsesDecoder } from '../../src/models/openai/responses/stream.ts';
import { SseSplitter } from '../../src/wire/sse.ts';

type Item = Record<string, unknown>;

const folder = fileURLToPath(new URL('../../../shared/recordings/openai-responses', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).sort() : [];
const asItCame: ResponsesQuirks = { reasoningBack: 'as-it-came', brokenArguments: 'verbatim' };

/** Recordings that do not say what came, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'vercel-ai--openai-responses-openai-phase.1.stream': 'most of the text was taken out after recording',
  'vercel-ai--openai-responses-openai-shell-container.1.stream': 'most of the text was taken out after recording',
  'vercel-ai--azure-azure-reasoning-encrypted-content.1.stream': 'most of the events were taken out after recording',
  'vercel-ai--openai-responses-openai-reasoning-encrypted-content.1.stream':
    'most of the events were taken out after recording',
};

describe('recorded answers go back as they came (rules W1, W2, W3)', () => {
  if (names.length === 0) {
    console.warn(`NO RECORDINGS at ${folder}: nothing is proven of what goes back.`);
    test('the recordings are missing, so nothing is proven here', () => {});
  }
  test.each(names.filter((name) => !(name in exceptions) && outputOf(name).length > 0))('%s', (name) => {
    const sent = inputFor([messageOf(eventsOf(name))], asItCame);
    const answer = sent.filter(({ type }) => !String(type).endsWith('_call_output') || type === 'shell_call_output');
    expect(answer).toEqual(outputOf(name).flatMap(asSent));
    const calls = sent.flatMap(({ type, call_id: id }) =>
      /^(function|custom_tool)_call$/.test(String(type)) ? id : [],
    );
    const results = sent.flatMap(({ type, call_id: id }) =>
      /^(function|custom_tool)_call_output$/.test(String(type)) ? id : [],
    );
    expect(results).toEqual(calls);
  });

  test.skipIf(names.length === 0)('and from OpenAI only encrypted reasoning does, before what followed it', () => {
    for (const name of names.filter((one) => outputOf(one).length > 0)) {
      const sent = inputFor([messageOf(eventsOf(name))], { brokenArguments: 'verbatim' });
      for (const [place, item] of sent.entries()) {
        if (item['type'] !== 'reasoning') continue;
        expect(item).not.toHaveProperty('id');
        expect(item['encrypted_content']).toEqual(expect.any(String));
        expect(sent[place + 1]).toBeDefined();
      }
    }
  });

  const pairs = [
    'pydantic-pydantic-ai--test_deepseek_responses-test_deepseek_responses-function_tool_stream',
    '0xplaygrounds-rig--copilot-reasoning_tool_roundtrip-nonstreaming',
    '0xplaygrounds-rig--copilot-typed_prompt_tools-prompt_typed_with_tool_call_roundtrip',
  ].filter((pair) => names.includes(`${pair}.1`) && names.includes(`${pair}.2`));
  test.each(pairs)('as the client sent it that was recorded: %s', (pair) => {
    const request = JSON.parse(readFileSync(join(folder, `${pair}.2`, 'request.json'), 'utf8')) as { input: Item[] };
    const from = request.input.findIndex(({ type }) => type === 'reasoning' || type === 'function_call');
    const output = String(request.input.at(-1)?.['output']);
    const sent = inputFor([messageOf(eventsOf(`${pair}.1`), output)], asItCame);
    // An item of reasoning that says nothing would be found by its id, where it was stored.
    const theirs = request.input.slice(from).flatMap((item) => (saysNothing(item) ? [] : withoutIds(item)));
    expect(sent.map((item) => withoutIds(item))).toEqual(theirs);
  });
});

/** What of an item says what it is, whoever sends it. */
function withoutIds(item: Item): Item {
  const passing = new Set(['id', 'status', ...(item['encrypted_content'] ? [] : ['encrypted_content'])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !passing.has(name)));
}

/** The body of an answer; of a refused request nothing. */
function bodyOf(name: string): string {
  const { file, status } = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as {
    file: string;
    status: number;
  };
  return status < 400 ? readFileSync(join(folder, name, file), 'utf8') : '';
}

function pushed(body: string, receive: (data: string, name: string) => void): void {
  const splitter = new SseSplitter(receive);
  splitter.push(body);
  splitter.end();
}

/** The items by their places, as they were told whole, or else as the end of the answer has them. */
function outputOf(name: string): readonly Item[] {
  const items: Item[] = [];
  let output: unknown;
  pushed(bodyOf(name), (data) => {
    if (!data.startsWith('{')) return;
    const event = JSON.parse(data) as Item;
    if (event['type'] === 'response.output_item.done') items[Number(event['output_index'])] = event['item'] as Item;
    const response = isObject(event['response']) ? event['response'] : event;
    if (Array.isArray(response['output']) && response['status'] !== 'in_progress') output = response['output'];
  });
  const late = new Set<Item>();
  for (const [place, item] of (Array.isArray(output) ? (output as Item[]) : []).entries()) {
    if (!items[place]) late.add((items[place] = item));
  }
  // What is told at the end stands at the end, for nobody can put it where others saw something else.
  return [...items.filter((item) => !late.has(item)), ...late];
}

function eventsOf(name: string): readonly ModelEvent[] {
  const events: ModelEvent[] = [];
  const decoder = new ResponsesDecoder({ provider: 'test', model: 'model', quirks: {} });
  pushed(bodyOf(name), (data, event) => decoder.push(data, event, events));
  decoder.end(events);
  return events;
}

const local = new Set(['apply_patch_call', 'some_future_type']);

/** The item as it has to go back. */
function asSent(item: Item): Item | readonly Item[] {
  const { type, id, status: _, content, ...rest } = item;
  const pieces = (Array.isArray(content) ? content : []) as Item[];
  switch (type) {
    case 'message': {
      const said = pieces.filter((piece) => piece['text'] ?? piece['refusal']);
      const texts = said.map(({ text, refusal, annotations }) => {
        const kept = Array.isArray(annotations) && annotations.length > 0 ? { annotations } : {};
        return { type: 'output_text', text: text ?? refusal, ...kept };
      });
      const isPlain = texts.every((text) => !('annotations' in text));
      const phase = item['phase'] ? { phase: item['phase'] } : {};
      if (texts.length === 0) return [];
      return isPlain
        ? { role: 'assistant', content: texts.map(({ text }) => text).join(''), ...phase }
        : { type, role: 'assistant', content: texts, ...phase };
    }
    case 'reasoning':
      return saysNothing(item) ? [] : { type, id, ...rest, ...(pieces.length > 0 && { content: pieces }) };
    case 'function_call':
    case 'custom_tool_call':
      return { type, ...rest };
    case 'image_generation_call': {
      const { result, revised_prompt: prompt } = item;
      return { type, id, status: 'completed', ...(typeof prompt === 'string' && { revised_prompt: prompt }), result };
    }
    case 'mcp_approval_request': {
      const reason = 'Not executed: a person rejected it.';
      return [item, { type: 'mcp_approval_response', approval_request_id: id, approve: false, reason }];
    }
    case 'shell_call':
      return item['environment'] ? item : [];
    case 'tool_search_call':
      return item['execution'] === 'client' ? [] : item;
    default:
      return local.has(String(type)) ? [] : item;
  }
}

function saysNothing({ type, summary, content, encrypted_content: encrypted }: Item): boolean {
  const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0;
  return type === 'reasoning' && isEmpty(summary) && isEmpty(content) && !encrypted;
}

/** The message that events make; its calls are completed, and what asked for an approval was rejected. */
function messageOf(events: readonly ModelEvent[], output: unknown = 'done'): Message {
  const parts: Part[] = [];
  const places = new Map<string, number>();
  const calls = new Map<unknown, number>();
  for (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') {
      const place = placed(places, `${event.type} ${event.part}`, parts.length);
      const before = parts[place] as { text: string } | undefined;
      const text = (before?.text ?? '') + event.delta;
      parts[place] = { ...before, type: event.type, text, ...(event.origin && { origin: event.origin }) };
    } else if (event.type === 'call') {
      const { key, id, name, arguments: written, providerExecuted, needsApproval, origin } = event;
      calls.set(key, parts.length);
      const standing = needsApproval ? { state: 'rejected' } : { state: 'completed', output };
      const facts = { id: `own-${parts.length}`, name, arguments: written, revision: 2, ...standing };
      const call = {
        ...facts,
        ...(id && { providerId: id }),
        ...(providerExecuted && { providerExecuted }),
      } as ToolCall;
      parts.push({ type: 'tool', call, ...(origin && { origin }) });
    } else if (event.type === 'result') {
      const place = calls.get(event.key);
      const part = place === undefined ? undefined : (parts[place] as ToolPart);
      if (part && event.origin) parts[place!] = { ...part, origin: event.origin };
    } else if (event.type === 'part') parts.push(event.value);
  }
  return { id: 'a', role: 'assistant', parts, at: 0, model: { provider: 'test', id: 'model' } };
}

function placed(places: Map<string, number>, key: string, next: number): number {
  const place = places.get(key) ?? next;
  places.set(key, place);
  return place;
}

function inputFor(messages: readonly Message[], quirks: ResponsesQuirks): readonly Item[] {
  const { signal } = new AbortController();
  const request = { messages, tools: [], settings: {}, signal, kept: new Map() };
  const { body } = responsesRequest(request, { provider: 'test', model: 'model', quirks });
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return (JSON.parse(text) as { input: Item[] }).input;
}
