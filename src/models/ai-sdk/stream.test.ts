import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { bridgeTo } from './bridge.ts';
import type { OriginData } from './bridge.ts';
import type { StreamPart } from './language-model.ts';
import { PartDecoder } from './stream.ts';

const bridge = bridgeTo({ specificationVersion: 'v4', provider: 'test.chat', modelId: 'm' });
const origin = (data: OriginData): object => ({ provider: 'test.chat', model: 'm', data });
const signed = (signature: string) => ({ test: { signature } });
const stop: StreamPart = { type: 'finish', finishReason: { unified: 'stop', raw: 'end' } };

interface Decoded {
  readonly events: readonly ModelEvent[];
  readonly error?: unknown;
}

function decode(parts: readonly StreamPart[], open: ReadonlyMap<string, OriginData> = new Map()): Decoded {
  const decoder = new PartDecoder({ bridge, open, what: 'Asking test.chat/m', secrets: [] });
  const events: ModelEvent[] = [];
  try {
    for (const part of parts) decoder.push(part, events);
    decoder.end(events);
  } catch (error) {
    return { events, error };
  }
  return { events };
}

const told = (...parts: StreamPart[]): readonly ModelEvent[] => decode([...parts, stop]).events.slice(0, -1);

describe('blocks of text and reasoning', () => {
  test('are parts of their own, also when they are told in turns', () => {
    expect(
      told(
        { type: 'reasoning-start', id: '0' },
        { type: 'text-start', id: '0' },
        { type: 'reasoning-delta', id: '0', delta: 'Hm' },
        { type: 'text-delta', id: '0', delta: 'A' },
        { type: 'reasoning-delta', id: '0', delta: '.' },
        { type: 'reasoning-end', id: '0' },
        { type: 'text-end', id: '0' },
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'B' },
        { type: 'text-end', id: '0' },
      ),
    ).toEqual([
      { type: 'reasoning', delta: 'Hm', part: 0 },
      { type: 'text', delta: 'A', part: 1 },
      { type: 'reasoning', delta: '.', part: 0 },
      { type: 'text', delta: 'B', part: 2 },
    ]);
  });

  test('carry what goes back, wherever it was told', () => {
    expect(
      told(
        { type: 'text-start', id: 'a', providerMetadata: signed('start') },
        { type: 'text-delta', id: 'a', delta: '' },
        { type: 'text-delta', id: 'a', delta: 'Hi' },
        { type: 'text-end', id: 'a', providerMetadata: signed('start') },
        { type: 'reasoning-start', id: 'b' },
        { type: 'reasoning-delta', id: 'b', delta: 'Hm' },
        { type: 'reasoning-end', id: 'b', providerMetadata: signed('end') },
        { type: 'reasoning-start', id: 'c', providerMetadata: signed('redacted') },
        { type: 'reasoning-end', id: 'c' },
      ),
    ).toEqual([
      { type: 'text', delta: 'Hi', part: 0, origin: origin({ providerMetadata: signed('start') }) },
      { type: 'reasoning', delta: 'Hm', part: 1 },
      { type: 'reasoning', delta: '', part: 1, origin: origin({ providerMetadata: signed('end') }) },
      { type: 'reasoning', delta: '', part: 2, origin: origin({ providerMetadata: signed('redacted') }) },
    ]);
  });

  test('that begin without a word of it are taken all the same', () => {
    expect(told({ type: 'text-delta', id: 'x', delta: 'Hi' })).toEqual([{ type: 'text', delta: 'Hi', part: 0 }]);
  });
});

describe('calls', () => {
  const call: StreamPart = { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: '{"a":1}' };

  test('come with their pieces, and whole', () => {
    expect(
      told(
        { type: 'tool-input-start', id: 'c1', toolName: 'add' },
        { type: 'tool-input-delta', id: 'c1', delta: '{"a"' },
        { type: 'tool-input-delta', id: 'c1', delta: ':1}' },
        { type: 'tool-input-end', id: 'c1' },
        { ...call, providerMetadata: signed('s') },
      ),
    ).toEqual([
      { type: 'tool-input', key: 'c1', name: 'add', delta: '' },
      { type: 'tool-input', key: 'c1', name: 'add', delta: '{"a"' },
      { type: 'tool-input', key: 'c1', name: 'add', delta: ':1}' },
      {
        type: 'call',
        key: 'c1',
        id: 'c1',
        name: 'add',
        arguments: '{"a":1}',
        origin: origin({ providerMetadata: signed('s') }),
      },
    ]);
  });

  test('whose pieces are no JSON come whole only', () => {
    expect(
      told(
        { type: 'tool-input-start', id: 'c1', toolName: 'add', inputEncoding: 'text' },
        { type: 'tool-input-delta', id: 'c1', delta: 'SELECT' },
        { ...call, input: '"SELECT"' },
      ),
    ).toEqual([{ type: 'call', key: 'c1', id: 'c1', name: 'add', arguments: '"SELECT"' }]);
  });

  test('make the finish one of calls, whatever the provider calls it', () => {
    expect(decode([call, stop]).events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls', raw: 'end' });
  });

  test('that were half written when the tokens ran out are marked', () => {
    const half: StreamPart = { ...call, input: '{"a":' };
    const length: StreamPart = { type: 'finish', finishReason: { unified: 'length', raw: 'max' } };
    expect(decode([half, length]).events).toMatchObject([
      { type: 'call', arguments: '{"a":', incomplete: true },
      { type: 'finish', reason: 'length' },
    ]);
    // Broken in an answer that is whole: it fails for what it is.
    expect(decode([half, stop]).events[0]).not.toHaveProperty('incomplete');
  });

  test('that never came whole are told at the end, as half ones', () => {
    const parts: StreamPart[] = [
      { type: 'tool-input-start', id: 'c1', toolName: 'add' },
      { type: 'tool-input-delta', id: 'c1', delta: '{"a"' },
    ];
    expect(decode(parts).events.at(-1)).toEqual({
      type: 'call',
      key: 'c1',
      id: 'c1',
      name: 'add',
      arguments: '{"a"',
      incomplete: true,
    });
  });

  test('keep their order behind one that is broken', () => {
    const broken: StreamPart = { ...call, toolCallId: 'c0', input: '{' };
    expect(told(broken, call, { type: 'ping' }).map((event) => 'id' in event && event.id)).toEqual(['c0', 'c1']);
  });
});

describe('tools that the provider runs', () => {
  const call: StreamPart = {
    type: 'tool-call',
    toolCallId: 's1',
    toolName: 'search',
    input: '{}',
    providerExecuted: true,
    providerMetadata: signed('call'),
  };

  test('are told with what came of them, and everything that goes back', () => {
    const result: StreamPart = {
      type: 'tool-result',
      toolCallId: 's1',
      toolName: 'search',
      result: { hits: 2 },
      providerMetadata: signed('result'),
    };
    expect(told(call, { ...result, result: { hits: 1 }, preliminary: true }, result)).toEqual([
      {
        type: 'call',
        key: 's1',
        id: 's1',
        name: 'search',
        arguments: '{}',
        providerExecuted: true,
        origin: origin({ providerMetadata: signed('call') }),
      },
      {
        type: 'result',
        key: 's1',
        id: 's1',
        output: { hits: 2 },
        origin: origin({
          providerMetadata: signed('call'),
          result: { hits: 2 },
          resultMetadata: signed('result'),
        }),
      },
    ]);
    expect(decode([call, result, stop]).events.at(-1)).toMatchObject({ reason: 'stop' });
  });

  test('may fail there', () => {
    const result: StreamPart = {
      type: 'tool-result',
      toolCallId: 's1',
      toolName: 'search',
      result: 'no',
      isError: true,
    };
    expect(told(call, result)[1]).toMatchObject({ type: 'result', output: 'no', isError: true });
  });

  test('may ask for an approval (W3)', () => {
    expect(told(call, { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 's1' })).toMatchObject([
      {
        type: 'call',
        needsApproval: true,
        providerExecuted: true,
        origin: origin({ providerMetadata: signed('call'), approvalId: 'a1' }),
      },
    ]);
  });

  test('that were approved before are told by what came of them (W3)', () => {
    const open = new Map([['s1', { providerMetadata: signed('call'), approvalId: 'a1' }]]);
    const result: StreamPart = { type: 'tool-result', toolCallId: 's1', toolName: 'search', result: { hits: 2 } };
    expect(decode([call, result, stop], open).events.slice(0, -1)).toEqual([
      {
        type: 'result',
        id: 's1',
        output: { hits: 2 },
        origin: origin({ providerMetadata: signed('call'), approvalId: 'a1', result: { hits: 2 } }),
      },
    ]);
  });
});

test('files, sources and content of a provider become parts', () => {
  expect(
    told(
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'QUJD' } },
      { type: 'file', mediaType: 'image/png', data: new Uint8Array([65, 66, 67]) },
      { type: 'file', mediaType: 'image/png', data: { type: 'url', url: new URL('https://example.com/a.png') } },
      { type: 'reasoning-file', mediaType: 'image/png', data: 'QUJD', providerMetadata: signed('s') },
      { type: 'source', sourceType: 'url', id: '1', url: 'https://example.com', title: 'Example' },
      { type: 'source', sourceType: 'document', id: '2', title: 'Doc', mediaType: 'text/plain', filename: 'a.txt' },
      { type: 'custom', kind: 'test.compaction', providerMetadata: signed('c') },
    ),
  ).toEqual(
    [
      { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'QUJD' } },
      { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'QUJD' } },
      { type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://example.com/a.png' } },
      {
        type: 'file',
        mediaType: 'image/png',
        source: { type: 'base64', data: 'QUJD' },
        origin: origin({ providerMetadata: signed('s'), reasoning: true }),
      },
      { type: 'source', url: 'https://example.com', title: 'Example' },
      { type: 'source', title: 'Doc', data: { mediaType: 'text/plain', filename: 'a.txt' } },
      {
        type: 'data',
        name: 'test.compaction',
        data: { provider: 'test.chat', model: 'm', providerMetadata: signed('c') },
      },
    ].map((value) => ({ type: 'part', value })),
  );
});

describe('the end of an answer', () => {
  const ends: [unified: string, raw: string | undefined, reason: string | undefined][] = [
    ['stop', 'end', 'stop'],
    ['stop', undefined, 'stop'],
    ['length', 'max', 'length'],
    ['content-filter', 'SAFETY', 'content-filter'],
    ['content-filter', 'stop', 'refusal'],
    ['content-filter', 'refusal', 'refusal'],
    ['stop', 'pause_turn', 'pause-turn'],
    ['tool-calls', 'tool_use', 'tool-calls'],
    ['other', 'strange', 'other'],
    ['other', undefined, undefined],
    ['interrupted', undefined, undefined],
  ];
  test.each(ends)('%s, in the words of the provider %s, means %s', (unified, raw, reason) => {
    const { events, error } = decode([{ type: 'finish', finishReason: { unified, raw } }]);
    expect(events.at(-1)).toEqual(reason && { type: 'finish', reason, ...(raw !== undefined && { raw }) });
    expect(error).toBeUndefined();
  });

  test('names the model and the answer', () => {
    expect(decode([{ type: 'response-metadata', id: 'r1', modelId: 'm-2030' }, stop]).events).toEqual([
      { type: 'finish', reason: 'stop', raw: 'end', model: 'm-2030', responseId: 'r1' },
    ]);
  });

  test('is none where there is no finish, and an error where it says so', () => {
    expect(decode([{ type: 'text-delta', id: '0', delta: 'Hi' }])).toEqual({
      events: [{ type: 'text', delta: 'Hi', part: 0 }],
    });
    const { error } = decode([{ type: 'finish', finishReason: { unified: 'error' } }]);
    expect(error).toMatchObject({ code: 'provider', retryable: true });
  });

  test('comes after what it cost, in whole tokens, cached and reasoning ones included', () => {
    const counted = (usage: object): unknown =>
      decode([{ ...stop, usage } as StreamPart]).events.find(({ type }) => type === 'usage');
    expect(
      counted({
        inputTokens: { total: 10, noCache: 6, cacheRead: 4 },
        outputTokens: { total: 5, text: 2, reasoning: 3 },
        raw: { prompt_tokens: 10 },
      }),
    ).toEqual({
      type: 'usage',
      usage: { input: 10, output: 5, cachedInput: 4, reasoning: 3, raw: { prompt_tokens: 10 } },
    });
    const pieces = { inputTokens: { noCache: 6, cacheRead: 4, cacheWrite: 1 }, outputTokens: { text: 2 }, raw: {} };
    expect(counted(pieces)).toMatchObject({ usage: { input: 11, output: 2, cachedInput: 4, reasoning: 0 } });
    const odd = { inputTokens: { total: 1, cacheRead: 4 }, outputTokens: { total: NaN, reasoning: 1.4 } };
    expect(counted(odd)).toMatchObject({ usage: { input: 4, output: 1, cachedInput: 4, reasoning: 1, raw: odd } });
    expect(counted({ inputTokens: {}, outputTokens: {} })).toBeUndefined();
  });
});

test('warnings of the package are warnings, by the names of our settings', () => {
  const warnings = [
    { type: 'unsupported', feature: 'stopSequences' },
    { type: 'unsupported', feature: 'topK', details: 'not by this one' },
    { type: 'unsupported', feature: 'tool web_search' },
    { type: 'compatibility', feature: 'responseFormat', details: 'by a tool' },
    { type: 'deprecated', setting: 'temperature', message: 'use topP' },
    { type: 'other', message: 'be careful' },
    { type: 'strange' },
  ];
  expect(told({ type: 'stream-start', warnings })).toEqual([
    { type: 'warning', setting: 'stop', reason: 'The model does not take stopSequences.' },
    { type: 'warning', setting: 'topK', reason: 'The model does not take topK: not by this one' },
    { type: 'warning', reason: 'The model does not take tool web_search.' },
    { type: 'warning', setting: 'output', reason: 'responseFormat: compatibility: by a tool' },
    { type: 'warning', setting: 'temperature', reason: 'temperature: deprecated: use topP' },
    { type: 'warning', reason: 'be careful' },
    { type: 'warning', reason: 'strange' },
  ]);
});

test('an error in the stream is thrown, behind what was told before', () => {
  const { events, error } = decode([
    { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: '{}' },
    { type: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } },
    { type: 'text-delta', id: '0', delta: 'never' },
  ]);
  expect(events).toMatchObject([{ type: 'call' }]);
  expect(error).toBeInstanceOf(ChatError);
  expect(error).toMatchObject({ code: 'overloaded', message: 'Asking test.chat/m: Overloaded', retryable: true });
});

test('what a package leaves out, or tells in no form that there is, is no word of an answer', () => {
  // Packages of others hold to the specification as well as they can.
  const odd = [
    { type: 'stream-start' },
    { type: 'text-delta', id: '0' },
    { type: 'text-delta', id: '0', delta: 'A' },
    { type: 'tool-input-start', id: 'c0', toolName: 'add' },
    { type: 'tool-input-delta', id: 'c0' },
    { type: 'tool-input-delta', id: 'c0', delta: '{}' },
    { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: { x: 1 } },
    { type: 'tool-call', toolCallId: 'c2', toolName: 'add' },
    { type: 'tool-call', toolCallId: 's1', toolName: 'search', input: '{}', providerExecuted: true },
    { type: 'tool-result', toolCallId: 's1', toolName: 'search' },
    {
      type: 'finish',
      finishReason: { unified: 'constructor', raw: 'toString' },
      usage: { inputTokens: { total: Infinity }, outputTokens: { total: Number.NaN } },
    },
  ] as unknown as readonly StreamPart[];
  const { events } = decode(odd);
  expect(events.flatMap((event) => (event.type === 'text' ? [event.delta] : []))).toEqual(['A']);
  expect(events.flatMap((event) => (event.type === 'call' ? [event.arguments] : []))).toEqual([
    '{"x":1}',
    '',
    '{}',
    '{}',
  ]);
  expect(events).toContainEqual(expect.objectContaining({ type: 'result', output: null }));
  expect(events.at(-2)).toMatchObject({ type: 'usage', usage: { input: 0, output: 0 } });
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'other', raw: 'toString' });
});

test('parts that are not known are passed over', () => {
  expect(told({ type: 'raw' }, { type: 'ping' }, { type: 'hologram' } as unknown as StreamPart)).toEqual([]);
});
