import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent, ModelRequest } from '../../chat/model.ts';
import { readEvents } from '../../wire/read.ts';
import { familyOf } from './family.ts';
import type { MessagesWire } from './family.ts';
import { MessagesDecoder } from './stream.ts';
import { anthropicTools } from './provider-tools.ts';

// Hand-written fixtures, one for each quirk; the real answers are in test/recordings.

const wire: MessagesWire = { provider: 'test', model: 'model', family: familyOf('model'), betas: [], citations: false };

type Piece = string | Record<string, unknown>;

function decode(pieces: readonly Piece[], request?: Partial<ModelRequest>): ModelEvent[] {
  const decoder = new MessagesDecoder(wire, request ? { request: request as ModelRequest } : {});
  const events: ModelEvent[] = [];
  for (const piece of pieces) {
    decoder.push(typeof piece === 'string' ? piece : JSON.stringify(piece), '', events);
  }
  decoder.end(events);
  return events;
}

const begin = (more: Record<string, unknown> = {}): Piece => ({
  type: 'message_start',
  message: { id: 'm1', model: 'claude', usage: { input_tokens: 9, output_tokens: 1 }, ...more },
});
const start = (index: number, block: Record<string, unknown>): Piece => ({
  type: 'content_block_start',
  index,
  content_block: block,
});
const delta = (index: number, more: Record<string, unknown>): Piece => ({
  type: 'content_block_delta',
  index,
  delta: more,
});
const stop = (index: number): Piece => ({ type: 'content_block_stop', index });
const text = (index: number, ...deltas: string[]): Piece[] => [
  start(index, { type: 'text', text: '' }),
  ...deltas.map((one) => delta(index, { type: 'text_delta', text: one })),
  stop(index),
];
const input = (index: number, ...pieces: string[]): Piece[] =>
  pieces.map((partial_json) => delta(index, { type: 'input_json_delta', partial_json }));
const use = (index: number, more: Record<string, unknown> = {}): Piece =>
  start(index, { type: 'tool_use', id: `c${index}`, name: 'add', input: {}, ...more });
const finish = (reason: string | null = 'end_turn', more: Record<string, unknown> = {}): Piece[] => [
  { type: 'message_delta', delta: { stop_reason: reason, ...more }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];
const usage = {
  type: 'usage',
  usage: { input: 9, output: 5, cachedInput: 0, reasoning: 0, raw: { input_tokens: 9, output_tokens: 5 } },
};
const ended = (reason: string, raw: string) => ({ type: 'finish', reason, raw, model: 'claude', responseId: 'm1' });

function callsIn(events: readonly ModelEvent[]): unknown[] {
  return events.flatMap((event) => {
    return event.type === 'call' ? [[event.id, event.arguments, event.incomplete ?? false]] : [];
  });
}

function originOf(data: unknown): unknown {
  return { provider: 'test', model: 'model', data };
}

describe('text and thinking', () => {
  test('are parts of their own, one for each block, and the end comes last', () => {
    const thinking = [
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm' }),
      delta(0, { type: 'thinking_delta', thinking: '' }),
      delta(0, { type: 'signature_delta', signature: 's1' }),
      stop(0),
    ];
    const pieces = [begin(), ...thinking, { type: 'ping' }, ...text(1, 'Hel', 'lo'), ...text(2, 'you'), ...finish()];
    expect(decode(pieces)).toEqual([
      { type: 'reasoning', delta: 'Hm', part: 0 },
      { type: 'reasoning', delta: '', part: 0, origin: originOf({ signature: 's1' }) },
      { type: 'text', delta: 'Hel', part: 1 },
      { type: 'text', delta: 'lo', part: 1 },
      { type: 'text', delta: 'you', part: 2 },
      usage,
      ended('stop', 'end_turn'),
    ]);
  });

  test('that shows nothing of itself has its signature all the same, and without one it is only for people', () => {
    const omitted = [start(0, { type: 'thinking', thinking: '', signature: 's1' }), stop(0)];
    const unsigned = [start(1, { type: 'thinking', thinking: 'Hm' }), stop(1)];
    expect(decode([...omitted, ...unsigned])).toEqual([
      { type: 'reasoning', delta: '', part: 0, origin: originOf({ signature: 's1' }) },
      { type: 'reasoning', delta: 'Hm', part: 1 },
    ]);
  });

  test('that is encrypted, and blocks that say nothing to people, are kept as they are', () => {
    const redacted = { type: 'redacted_thinking', data: 'xyz' };
    const compacted = [
      start(1, { type: 'compaction', content: null }),
      delta(1, { type: 'compaction_delta', content: 'Said' }),
      delta(1, { type: 'compaction_delta', content: ' so far' }),
    ];
    expect(decode([start(0, redacted), stop(0), ...compacted, stop(1)])).toEqual([
      { type: 'reasoning', delta: '', part: 0, origin: originOf({ block: redacted }) },
      {
        type: 'reasoning',
        delta: '',
        part: 1,
        origin: originOf({ block: { type: 'compaction', content: 'Said so far' } }),
      },
    ]);
  });

  test('of unknown blocks, deltas and events mean nothing', () => {
    const unknown = [
      start(0, { type: 'hologram', rays: 3 }),
      delta(0, { type: 'ray_delta', ray: 1 }),
      stop(0),
      { type: 'weather' },
      delta(7, { type: 'text_delta', text: 'nowhere' }),
      'null',
      '',
    ];
    expect(decode([...unknown, ...text(1, 'a')])).toEqual([{ type: 'text', delta: 'a', part: 1 }]);
  });

  test('has its citations as sources, and goes back with them', () => {
    const found = {
      type: 'web_search_result_location',
      url: 'https://u',
      title: 'T',
      cited_text: 'c',
      encrypted_index: 'E',
    };
    const cited = { type: 'char_location', document_title: 'D', start_char_index: 1, cited_text: 'd' };
    const pieces = [
      start(0, { type: 'text', text: '', citations: [] }),
      delta(0, { type: 'citations_delta', citation: found }),
      delta(0, { type: 'text_delta', text: 'So.' }),
      delta(0, { type: 'citations_delta', citation: cited }),
      stop(0),
    ];
    const data = { type: 'web_search_result_location', cited_text: 'c' };
    expect(decode(pieces)).toEqual([
      { type: 'part', value: { type: 'source', url: 'https://u', title: 'T', data } },
      { type: 'text', delta: 'So.', part: 0 },
      {
        type: 'part',
        value: {
          type: 'source',
          title: 'D',
          data: { type: 'char_location', start_char_index: 1, cited_text: 'd' },
        },
      },
      { type: 'text', delta: '', part: 0, origin: originOf({ citations: [found, cited] }) },
    ]);
  });
});

describe('a tool call', () => {
  test('comes in pieces, then whole, as it was written', () => {
    const pieces = [begin(), use(0), ...input(0, '', '{ "x"', ' : 1 }'), stop(0), ...finish('tool_use')];
    expect(decode(pieces)).toEqual([
      { type: 'tool-input', key: 0, name: 'add', delta: '' },
      { type: 'tool-input', key: 0, name: 'add', delta: '{ "x"' },
      { type: 'tool-input', key: 0, name: 'add', delta: ' : 1 }' },
      { type: 'call', key: 0, id: 'c0', name: 'add', arguments: '{ "x" : 1 }' },
      usage,
      ended('tool-calls', 'tool_use'),
    ]);
  });

  test.each([
    ['no input', [use(0), ...input(0, ''), stop(0)], '{}'],
    ['its input at once', [use(0, { input: { x: 1 } }), stop(0)], '{"x":1}'],
    ['input that is not JSON', [use(0), ...input(0, '{"x": 1, y}'), stop(0)], '{"x": 1, y}'],
  ])('may have %s', (_what, pieces, written) => {
    const events = decode([...pieces, ...finish('tool_use')]);
    expect(callsIn(events)).toEqual([['c0', written, false]]);
    const told = events.map((event) => (event.type === 'tool-input' ? event.delta : '')).join('');
    expect(told).toBe(written);
  });

  test.each([
    ['max_tokens', 'length'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'length'],
  ])('is incomplete when the answer ended by %s before it was whole', (raw, reason) => {
    const whole = [use(0), ...input(0, '{}'), stop(0), use(1), ...input(1, '{"x": oops'), stop(1)];
    for (const half of [
      [use(2), ...input(2, '{"x"'), stop(2)],
      [use(2), ...input(2, '{"x"')],
    ]) {
      const events = decode([...whole, ...half, ...finish(raw)]);
      expect(callsIn(events)).toEqual([
        ['c0', '{}', false],
        ['c1', '{"x": oops', false],
        ['c2', '{"x"', true],
      ]);
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason, raw });
    }
    expect(callsIn(decode([use(0), stop(0), ...finish(raw)]))).toEqual([['c0', '', true]]);
  });

  test('is incomplete when the stream was cut in it, and there is no finish', () => {
    const events = decode([use(0), ...input(0, '{"x"')]);
    expect(callsIn(events)).toEqual([['c0', '{"x"', true]]);
    expect(events.at(-1)?.type).toBe('call');
  });

  test('keeps what stood beside it, and the machine that waits for it', () => {
    const caller = { type: 'code_execution_20260120', tool_id: 's1' };
    const pieces = [use(0, { caller }), ...input(0, '{}'), stop(0), ...finish('tool_use', { container: { id: 'k1' } })];
    expect(decode(pieces).filter(({ type }) => type === 'call' || type === 'reasoning')).toEqual([
      { type: 'call', key: 0, id: 'c0', name: 'add', arguments: '{}', origin: originOf({ rest: { caller } }) },
      { type: 'reasoning', delta: '', part: 1, origin: originOf({ container: 'k1' }) },
    ]);
    expect(decode([...text(0, 'a'), ...finish('end_turn', { container: { id: 'k1' } })])).not.toContainEqual(
      expect.objectContaining({ type: 'reasoning' }),
    );
  });

  test('makes an end mean tool-calls', () => {
    expect(decode([use(0), stop(0), ...finish('end_turn')]).at(-1)).toMatchObject({ reason: 'tool-calls' });
  });
});

describe('a tool that runs at the provider', () => {
  const search = (index: number, id: string, more: Record<string, unknown> = {}): Piece[] => [
    start(index, { type: 'server_tool_use', id, name: 'web_search', input: {}, ...more }),
    ...input(index, '{"query":"x"}'),
    stop(index),
  ];
  const found = (index: number, id: string): Piece[] => [start(index, resultOf(id)), stop(index)];
  const resultOf = (id: string) => ({
    type: 'web_search_tool_result',
    tool_use_id: id,
    content: [{ type: 'web_search_result', url: 'https://u', encrypted_content: 'E' }],
  });
  const rest = { type: 'server_tool_use', name: 'web_search' };

  test('is a call, and what came of it its result; what is encrypted only goes back', () => {
    const events = decode([...search(0, 's1'), ...found(1, 's1'), ...text(2, 'a')]);
    expect(events.filter(({ type }) => type !== 'tool-input')).toEqual([
      {
        type: 'call',
        key: 0,
        id: 's1',
        name: 'web_search',
        arguments: '{"query":"x"}',
        providerExecuted: true,
        origin: originOf({ rest }),
      },
      {
        type: 'result',
        key: 0,
        id: 's1',
        output: [{ type: 'web_search_result', url: 'https://u' }],
        origin: originOf({ rest, result: resultOf('s1') }),
      },
      { type: 'text', delta: 'a', part: 2 },
    ]);
  });

  test('may have failed', () => {
    const failed = (block: Record<string, unknown>) => decode([...search(0, 's1'), start(1, block)]).at(-1);
    const content = { type: 'web_search_tool_result_error', error_code: 'unavailable' };
    expect(failed({ type: 'web_search_tool_result', tool_use_id: 's1', content })).toMatchObject({
      isError: true,
      output: content,
    });
    const mcp = { type: 'mcp_tool_result', tool_use_id: 's1', content: [{ type: 'text', text: 'no' }], is_error: true };
    expect(failed(mcp)).toMatchObject({ isError: true });
    expect(failed(resultOf('s1'))).not.toHaveProperty('isError');
  });

  test('may have its result behind other parts, whose number is kept', () => {
    const inner = { caller: { type: 'code_execution_20260120', tool_id: 's1' } };
    const events = decode([
      start(0, { type: 'server_tool_use', id: 's1', name: 'code_execution', input: { code: 'x' } }),
      stop(0),
      ...search(1, 's2', inner),
      ...found(2, 's2'),
      ...text(3, 'a'),
      start(4, { type: 'code_execution_tool_result', tool_use_id: 's1', content: {} }),
    ]);
    const places = events.flatMap((event) => {
      const data = event.type === 'result' ? event.origin?.data : undefined;
      return event.type === 'result' ? [[event.id, (data as { place?: unknown }).place]] : [];
    });
    expect(places).toEqual([
      ['s2', undefined],
      ['s1', { parts: 2, order: 1 }],
    ]);
  });

  test('may have its result in a later answer, which knows the call', () => {
    const [call] = decode(search(0, 's1')).filter((event) => event.type === 'call');
    const part = {
      type: 'tool' as const,
      call: { id: 'own', providerId: 's1', name: 'web_search', arguments: '{}', revision: 1 } as never,
      origin: call!.origin!,
    };
    const request = { messages: [{ id: 'm', role: 'assistant' as const, parts: [part], at: 0 }] };
    const later = decode([...found(0, 's1')], request);
    expect(later).toMatchObject([
      { type: 'result', id: 's1', origin: originOf({ rest, result: resultOf('s1'), place: 'later' }) },
    ]);
    expect(later[0]).not.toHaveProperty('key');
  });

  test('is told under the name that it was declared by', () => {
    const declared = { ...anthropicTools.webSearch(), name: 'look' };
    const events = decode(search(0, 's1'), { messages: [], providerTools: [declared] });
    expect(events.map((event) => ('name' in event ? event.name : ''))).toEqual(['look', 'look', 'look']);
    expect(events.at(-1)).toMatchObject({ origin: originOf({ rest }) });
    const code = { ...anthropicTools.codeExecution(), name: 'code' };
    const bash = { type: 'server_tool_use', id: 's2', name: 'bash_code_execution', input: {} };
    const [told] = decode([start(0, bash)], { messages: [], providerTools: [code] });
    expect(told).toMatchObject({ name: 'code.bash_code_execution' });
  });

  test('may be on an MCP server', () => {
    const events = decode([
      start(0, { type: 'mcp_tool_use', id: 'p1', name: 'echo', server_name: 'mine', input: {} }),
      stop(0),
      start(1, { type: 'mcp_tool_result', tool_use_id: 'p1', content: [] }),
    ]);
    expect(events.slice(-2)).toMatchObject([
      {
        type: 'call',
        name: 'mine.echo',
        providerExecuted: true,
        origin: originOf({ rest: { type: 'mcp_tool_use', name: 'echo', server_name: 'mine' } }),
      },
      { type: 'result', id: 'p1', output: [] },
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['pause_turn', 'pause-turn'],
    ['compaction', 'pause-turn'],
    ['refusal', 'refusal'],
    ['something', 'other'],
  ])('%s means %s', (raw, reason) => {
    expect(decode([begin(), ...finish(raw)]).at(-1)).toEqual(ended(reason, raw));
  });

  test('is not told when the answer was cut', () => {
    expect(decode([begin(), ...text(0, 'a')])).toEqual([{ type: 'text', delta: 'a', part: 0 }]);
    expect(decode([begin(), ...text(0, 'a'), '{"type":"mess'])).toEqual([{ type: 'text', delta: 'a', part: 0 }]);
  });

  test('needs only the stop reason, or only the last event; what follows that is not read', () => {
    expect(decode([finish()[0]!]).at(-1)).toMatchObject({ type: 'finish', raw: 'end_turn' });
    expect(decode([{ type: 'message_stop' }])).toEqual([{ type: 'finish', reason: 'stop' }]);
    expect(decode([...finish(), begin(), ...text(0, 'more'), 'oops']).at(-1)).toMatchObject({ type: 'finish' });
  });

  test('of a refusal tells why', () => {
    const details = { type: 'refusal', category: 'cyber', explanation: 'Not this.' };
    expect(decode([...finish('refusal', { stop_details: details })]).slice(1)).toEqual([
      { type: 'part', value: { type: 'data', name: 'refusal', data: 'Not this.' } },
      { type: 'finish', reason: 'refusal', raw: 'refusal' },
    ]);
    const silent = { type: 'refusal', category: null, explanation: null };
    expect(decode([...finish('refusal', { stop_details: silent })])).toHaveLength(2);
  });

  test('names the model that took over', () => {
    const fallback = { type: 'fallback', from: { model: 'claude' }, to: { model: 'other' } };
    const events = decode([begin(), start(0, fallback), stop(0), ...text(1, 'a'), ...finish()]);
    expect(events[0]).toMatchObject({ type: 'reasoning', delta: '', origin: originOf({ block: fallback }) });
    expect(events.at(-1)).toMatchObject({ model: 'other' });
  });

  test('may be that of an answer that was not streamed', () => {
    const answer = {
      type: 'message',
      id: 'm1',
      model: 'claude',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 's1' },
        { type: 'text', text: 'a', citations: null },
        { type: 'tool_use', id: 'c1', name: 'add', input: { x: 1 } },
        { type: 'tool_use', id: 'c2', name: 'now', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 9, output_tokens: 5 },
    };
    const events = decode([answer]);
    expect(events.filter(({ type }) => type !== 'tool-input')).toEqual([
      { type: 'reasoning', delta: 'Hm', part: 0 },
      { type: 'reasoning', delta: '', part: 0, origin: originOf({ signature: 's1' }) },
      { type: 'text', delta: 'a', part: 1 },
      { type: 'call', key: 2, id: 'c1', name: 'add', arguments: '{"x":1}' },
      usage,
      { type: 'call', key: 3, id: 'c2', name: 'now', arguments: '{}' },
      ended('tool-calls', 'tool_use'),
    ]);
  });

  test('of an answer that begins a second time is that of the second', () => {
    const events = decode([begin(), ...text(0, 'a'), use(1), begin({ id: 'm2' }), ...text(0, 'b'), ...finish()]);
    expect(events.filter(({ type }) => type !== 'tool-input')).toEqual([
      { type: 'text', delta: 'a', part: 0 },
      { type: 'reset', reason: 'the answer began anew' },
      { type: 'text', delta: 'b', part: 0 },
      usage,
      { ...ended('stop', 'end_turn'), responseId: 'm2' },
    ]);
  });
});

describe('usage', () => {
  const used = (first: object, last: object) =>
    decode([begin({ usage: first }), { type: 'message_delta', delta: {}, usage: last }])[0];

  test('counts what came from the cache and went there as input, and thinking as output', () => {
    const first = { input_tokens: 4, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 1 };
    const last = { input_tokens: null, output_tokens: 8, output_tokens_details: { thinking_tokens: 5 } };
    const raw = { ...first, output_tokens: 8, output_tokens_details: { thinking_tokens: 5 } };
    expect(used(first, last)).toEqual({
      type: 'usage',
      usage: { input: 9, output: 8, cachedInput: 3, reasoning: 5, raw },
    });
  });

  test('counts work on the side, which is told of apart', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 1 },
      { type: 'message', input_tokens: 4, output_tokens: 8 },
    ];
    expect(used({ input_tokens: 4 }, { output_tokens: 8, iterations })).toMatchObject({
      usage: { input: 105, output: 18, cachedInput: 1 },
    });
  });

  test('of an answer that was cut is not known (rule L5)', () => {
    expect(decode([begin(), ...text(0, 'a')]).some(({ type }) => type === 'usage')).toBe(false);
  });
});

describe('an error inside the stream', () => {
  test.each([
    [
      { type: 'overloaded_error', message: 'Overloaded' },
      { code: 'overloaded', retryable: true },
    ],
    [
      { type: 'api_error', message: 'Internal' },
      { code: 'provider', retryable: true },
    ],
    [
      { type: 'rate_limit_error', message: 'slow' },
      { code: 'rate-limit', retryable: true },
    ],
    [
      { type: 'timeout_error', message: 'late' },
      { code: 'timeout', retryable: true },
    ],
    [
      { type: 'authentication_error', message: 'who?' },
      { code: 'auth', retryable: false },
    ],
    [
      { type: 'permission_error', message: 'no' },
      { code: 'auth', retryable: false },
    ],
    [
      { type: 'billing_error', message: 'pay' },
      { code: 'rate-limit', retryable: false },
    ],
    [
      { type: 'invalid_request_error', message: 'bad' },
      { code: 'invalid-request', retryable: false },
    ],
    [
      { type: 'invalid_request_error', message: 'prompt is too long: 213462 tokens > 200000 maximum' },
      { code: 'context-length', retryable: false },
    ],
  ])('%j is thrown', (error, told) => {
    const event = { type: 'error', error, request_id: 'req_1' };
    const pieces = [begin(), ...text(0, 'a'), event];
    const message = `Asking test/model: ${error.message}`;
    expect(() => decode(pieces)).toThrow(
      expect.objectContaining({ ...told, message, providerCode: error.type, requestId: 'req_1' }) as Error,
    );
  });

  test('never tells a key (rule X3)', () => {
    const decoder = new MessagesDecoder(wire, { secrets: () => ['sk-secret'] });
    expect(() => decoder.push('{"type":"error","error":{"message":"bad sk-secret"}}', '', [])).toThrow('bad [secret]');
  });

  test('may be what is not JSON, or have another form', () => {
    expect(() => decode(['oops', '{"type":"ping"}'])).toThrow('the answer is not JSON');
    expect(() => decode([{ error: 'why' }])).toThrow('Asking test/model: why');
    expect(() => new MessagesDecoder(wire).push('oops', 'error', [])).toThrow('Asking test/model: oops');
  });
});

test('warnings come first, and thinking that was not read any more is one', () => {
  const events: ModelEvent[] = [];
  const decoder = new MessagesDecoder(wire, { before: [{ type: 'warning', reason: 'no' }] });
  const dropped = { type: 'thinking_dropped', path: 'messages.1.content.0', reason: 'prefix_binding_mismatch' };
  const first = { ...(begin() as object), input_transformations: [dropped] };
  for (const piece of [first, ...text(0, 'a')]) decoder.push(JSON.stringify(piece), '', events);
  expect(events).toMatchObject([
    { type: 'warning', reason: 'no' },
    { type: 'warning', reason: expect.stringContaining('did not read 1 pieces of earlier thinking') as string },
    { type: 'text', delta: 'a' },
  ]);
});

test('any cut of the bytes gives the same events', async () => {
  const pieces = [
    begin(),
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Grüße 😀' }),
    delta(0, { type: 'signature_delta', signature: 's1' }),
    stop(0),
    { type: 'ping' },
    use(1),
    ...input(1, '', '{"é"', ':1}'),
    stop(1),
    ...finish('tool_use'),
  ];
  const stream = pieces.map((piece) => `event: ${(piece as { type: string }).type}\ndata: ${JSON.stringify(piece)}   `);
  const whole = await eventsOf([new TextEncoder().encode(stream.join('\n\n'))]);
  expect(whole).toHaveLength(8);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (end, sizes) => {
        const bytes = new TextEncoder().encode(stream.map((one) => one.replaceAll('\n', end)).join(end + end));
        const cuts: Uint8Array[] = [];
        let from = 0;
        for (const size of sizes) cuts.push(bytes.subarray(from, (from += size)));
        expect(await eventsOf([...cuts, bytes.subarray(from)])).toEqual(whole);
      },
    ),
  );
});

async function eventsOf(pieces: readonly Uint8Array[]): Promise<ModelEvent[]> {
  const { signal } = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: ModelEvent[] = [];
  for await (const batch of readEvents(body, new MessagesDecoder(wire), { what: 'Asking', signal })) {
    events.push(...batch);
  }
  return events;
}
