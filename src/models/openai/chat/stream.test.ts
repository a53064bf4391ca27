import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../../chat/model.ts';
import { readEvents } from '../../../wire/read.ts';
import { ChatDecoder } from './stream.ts';

// Hand-written fixtures, one for each quirk of a server; the real answers are in recordings.test.ts.

const wire = { provider: 'test', model: 'model', quirks: {} };
const done = '[DONE]';

/** What the pieces decode to: strings are sent as they are, objects as deltas of choice 0. */
function decode(...pieces: readonly (string | Record<string, unknown>)[]): ModelEvent[] {
  const decoder = new ChatDecoder(wire);
  const events: ModelEvent[] = [];
  for (const piece of pieces) {
    const data = typeof piece === 'string' ? piece : JSON.stringify({ choices: [{ index: 0, delta: piece }] });
    decoder.push(data, data.startsWith('{"error') ? 'unframed' : '', events);
  }
  decoder.end(events);
  return events;
}

function finished(reason: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason, ...more }] });
}

function calling(...calls: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { tool_calls: calls };
}

function callsOf(events: readonly ModelEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === 'call' ? [[event.name, event.arguments, event.id]] : []));
}

describe('text and reasoning', () => {
  test('come as they are written, and the finish comes last', () => {
    const first = JSON.stringify({
      id: 'r1',
      model: 'm1',
      choices: [{ delta: { role: 'assistant', content: 'Hel' } }],
    });
    expect(decode(first, { content: '' }, { content: null }, { content: 'lo' }, finished('stop'), done)).toEqual([
      { type: 'text', delta: 'Hel' },
      { type: 'text', delta: 'lo' },
      { type: 'finish', reason: 'stop', raw: 'stop', model: 'm1', responseId: 'r1' },
    ]);
  });

  test('reasoning has three names and is never counted twice', () => {
    const details = [{ type: 'reasoning.text', text: 'a' }];
    expect(
      decode(
        { reasoning_content: 'a', reasoning: 'a', reasoning_details: details },
        { reasoning: 'b', reasoning_details: details },
        {
          reasoning_details: [
            { type: 'reasoning.summary', summary: 'c' },
            { type: 'reasoning.encrypted', data: 'x' },
          ],
        },
      ),
    ).toEqual(['a', 'b', 'c'].map((delta) => ({ type: 'reasoning', delta })));
  });

  test('content may be a list of text and thinking', () => {
    const thinking = [{ type: 'text', text: 'hm' }];
    expect(
      decode({
        content: [
          { type: 'thinking', thinking },
          { type: 'text', text: 'ah' },
        ],
      }),
    ).toEqual([
      { type: 'reasoning', delta: 'hm' },
      { type: 'text', delta: 'ah' },
    ]);
  });

  test('of other choices are not ours', () => {
    expect(decode('{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}')).toEqual([
      { type: 'text', delta: 'yes' },
    ]);
  });

  test('empty choices, unknown fields and blank data mean nothing', () => {
    expect(
      decode('{"choices":[],"prompt_filter_results":[]}', '', '{"ping":1}', '1', 'null', { padding: 'x' }),
    ).toEqual([]);
  });
});

describe('a tool call', () => {
  test('comes in pieces, then whole', () => {
    const events = decode(
      calling({ index: 0, id: 'c1', type: 'function', function: { name: 'add', arguments: '' } }),
      calling({ index: 0, function: { arguments: '{"x"' } }),
      calling({ index: 0, function: { arguments: ':1}' } }),
      finished('tool_calls'),
      done,
    );
    expect(events).toEqual([
      { type: 'tool-input', key: 0, name: 'add', delta: '' },
      { type: 'tool-input', key: 0, name: 'add', delta: '{"x"' },
      { type: 'tool-input', key: 0, name: 'add', delta: ':1}' },
      { type: 'call', key: 0, id: 'c1', name: 'add', arguments: '{"x":1}' },
      { type: 'finish', reason: 'tool-calls', raw: 'tool_calls' },
    ]);
  });

  const a = { function: { name: 'a', arguments: '{"n":1}' } };
  const b = { function: { name: 'b', arguments: '{}' } };
  const half = (text: string) => ({ function: { arguments: text } });
  test.each([
    [
      'interleaved',
      [
        calling({ index: 0, id: 'x', function: { name: 'a' } }),
        calling({ index: 1, id: 'y', ...b }),
        calling({ index: 0, ...half('{"n":1}') }),
      ],
    ],
    ['numbered from 1', [calling({ index: 1, id: 'x', ...a }), calling({ index: 2, id: 'y', ...b })]],
    ['not numbered, with ids', [calling({ id: 'x', ...a }), calling({ id: 'y', ...b })]],
    [
      'not numbered, in pieces',
      [
        calling({ id: 'x', function: { name: 'a', arguments: '{"n"' } }),
        calling(half(':1}')),
        calling({ id: 'y', ...b }),
      ],
    ],
    [
      'not numbered, the id in every piece',
      [
        calling({ id: 'x', function: { name: 'a', arguments: '{"n"' } }),
        calling({ id: 'x', ...half(':1}') }),
        calling({ id: 'y', ...b }),
      ],
    ],
    ['all numbered 0, with ids', [calling({ index: 0, id: 'x', ...a }), calling({ index: 0, id: 'y', ...b })]],
    ['all numbered 0 in one delta', [calling({ index: 0, id: 'x', ...a }, { index: 0, id: 'y', ...b })]],
    [
      'with the name again in every piece',
      [
        calling({ index: 0, id: 'x', function: { name: 'a', arguments: '{"n"' } }),
        calling({ index: 0, id: 'x', function: { name: 'a', arguments: ':1}' } }),
        calling({ index: 1, id: 'y', ...b }),
      ],
    ],
    [
      'with another id in every piece',
      [
        calling({ index: 0, id: 'x', function: { name: 'a', arguments: '{"n"' } }),
        calling({ index: 0, id: 'z', ...half(':1}') }),
        calling({ index: 1, id: 'y', ...b }),
      ],
    ],
    [
      'numbered in text',
      [
        calling({ index: '0', id: 'x', function: { name: 'a' } }, { index: '1', id: 'y', function: { name: 'b' } }),
        calling({ index: '0', ...half('{"n":1}') }, { index: '1', ...half('{}') }),
      ],
    ],
    [
      'told again as a whole',
      [
        calling({ index: 0, id: 'x', ...a }, { index: 1, id: 'y', ...b }),
        calling({ index: 0, id: 'x', function: { name: 'a', arguments: '{ "n": 1 }' } }, { index: 1, id: 'y', ...b }),
        calling({ id: 'x', ...a }, { id: 'y', ...b }),
      ],
    ],
    [
      'with its arguments parsed',
      [
        calling({ index: 0, id: 'x', function: { name: 'a', arguments: { n: 1 } } }),
        calling({ index: 1, id: 'y', ...b }),
      ],
    ],
  ])('may be %s', (_how, pieces) => {
    expect(callsOf(decode(...pieces, done))).toEqual([
      ['a', '{"n":1}', 'x'],
      ['b', '{}', 'y'],
    ]);
  });

  test.each([
    ['without number and id', [calling(a, a), calling(b)]],
    [
      'numbered 0 with a blank id',
      [calling({ index: 0, id: '', ...a }), calling({ index: 0, id: '', ...a }), calling({ index: 0, id: '', ...b })],
    ],
  ])('may come whole, %s, and twice the same', (_how, pieces) => {
    expect(callsOf(decode(...pieces, done))).toEqual([
      ['a', '{"n":1}', undefined],
      ['a', '{"n":1}', undefined],
      ['b', '{}', undefined],
    ]);
  });

  test.each([
    ['not numbered', [calling({ id: 'x', ...a }, { id: 'x', ...b })]],
    ['all numbered 0', [calling({ index: 0, id: 'x', ...a }), calling({ index: 0, id: 'x', ...b })]],
    ['numbered', [calling({ index: 0, id: 'x', ...a }, { index: 1, id: 'x', ...b })]],
  ])('may come whole, %s, and all under one id', (_how, pieces) => {
    expect(callsOf(decode(...pieces, done))).toEqual([
      ['a', '{"n":1}', 'x'],
      ['b', '{}', 'x'],
    ]);
  });

  test('whose arguments were begun with an empty object is not made twice: it fails', () => {
    const begun = calling({ index: 0, id: 'x', function: { name: 'a', arguments: '{}' } });
    const calls = callsOf(decode(begun, calling({ index: 0, id: 'x', ...a }), done));
    expect(calls).toEqual([['a', '{}{"n":1}', 'x']]);
  });

  test('may have blank arguments or none, and null for a list', () => {
    const none = calling({ index: 0, id: 'x', function: { name: 'a', arguments: null } });
    expect(callsOf(decode({ tool_calls: null }, none, finished('tool_calls')))).toEqual([['a', '', 'x']]);
  });

  test('may have the form from before there were tools', () => {
    const events = decode(
      { function_call: { name: 'a', arguments: '{"n"' } },
      { function_call: { arguments: ':1}' } },
      finished('function_call'),
    );
    expect(callsOf(events)).toEqual([['a', '{"n":1}', undefined]]);
    expect(events.at(-1)).toMatchObject({ reason: 'tool-calls', raw: 'function_call' });
  });

  test('makes a stop mean tool-calls', () => {
    expect(decode(calling({ index: 0, id: 'x', ...a }), finished('stop')).at(-1)).toMatchObject({
      reason: 'tool-calls',
      raw: 'stop',
    });
  });

  test('is incomplete when tokens ran out before its arguments were whole', () => {
    const pieces = [
      calling({ index: 0, ...a }),
      calling({ index: 1, function: { name: 'b', arguments: '{"x' } }),
      calling({ index: 2, function: { name: 'c', arguments: '' } }),
    ];
    for (const end of [finished('length'), finished('tool_calls', { native_finish_reason: 'max_output_tokens' }), '']) {
      const calls = decode(...pieces, end).filter(({ type }) => type === 'call');
      expect(calls.map((call) => 'incomplete' in call)).toEqual([false, true, true]);
    }
    expect(decode(...pieces, finished('tool_calls')).some((event) => 'incomplete' in event)).toBe(false);
  });

  test('keeps what its provider wants back', () => {
    const extra = { google: { thought_signature: 's' } };
    expect(decode(calling({ index: 0, ...a, extra_content: extra }), done)).toContainEqual(
      expect.objectContaining({
        type: 'call',
        origin: { provider: 'test', model: 'model', data: { extra_content: extra } },
      }),
    );
  });
});

describe('the end', () => {
  test('is not told when the answer was cut', () => {
    expect(decode({ content: 'a' })).toEqual([{ type: 'text', delta: 'a' }]);
    expect(decode({ content: 'a' }, '{"choices":[{"del')).toEqual([{ type: 'text', delta: 'a' }]);
  });

  test('needs no [DONE], or only that; and [DONE] may come early', () => {
    expect(decode(finished('stop'))).toEqual([{ type: 'finish', reason: 'stop', raw: 'stop' }]);
    expect(decode({ content: 'a' }, done).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect(decode(done, { content: 'a' }, finished('stop'), done)).toEqual([
      { type: 'text', delta: 'a' },
      { type: 'finish', reason: 'stop', raw: 'stop' },
    ]);
  });

  test.each([
    ['eos', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['something', 'other'],
  ])('%s means %s', (raw, reason) => {
    expect(decode(finished(raw))).toEqual([{ type: 'finish', reason, raw }]);
  });

  test('is a refusal when the model refused', () => {
    expect(decode({ refusal: 'I can' }, { refusal: 'not.' }, finished('stop'))).toEqual([
      { type: 'part', value: { type: 'data', name: 'refusal', data: 'I cannot.' } },
      { type: 'finish', reason: 'refusal', raw: 'stop' },
    ]);
  });

  test('may be the whole answer, not streamed', () => {
    const message = { content: 'a', tool_calls: [{ id: 'x', function: { name: 'a', arguments: '{}' } }] };
    const events = decode(JSON.stringify({ choices: [{ index: 0, message }] }));
    expect(events.map(({ type }) => type)).toEqual(['text', 'tool-input', 'call', 'finish']);
  });

  test('may repeat the whole message, which is not said again', () => {
    const whole = '{"choices":[{"index":0,"message":{"content":"ab"},"finish_reason":"stop"}]}';
    expect(decode({ content: 'a' }, { content: 'b' }, whole).filter(({ type }) => type === 'text')).toHaveLength(2);
  });
});

describe('usage', () => {
  test.each([
    ['{"choices":[],"usage":%}'],
    ['{"choices":[],"x_groq":{"usage":%}}'],
    ['{"choices":[{"index":0,"delta":{},"usage":%}]}'],
    ['{"usage":%}'],
  ])('may stand in %s', (place) => {
    const raw = { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } };
    expect(decode(place.replace('%', JSON.stringify(raw)))).toEqual([
      { type: 'usage', usage: { input: 10, output: 5, cachedInput: 8, reasoning: 0, raw } },
    ]);
  });

  test.each([
    [
      { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16, completion_tokens_details: { reasoning_tokens: 5 } },
      7,
      5,
    ],
    [
      { prompt_tokens: 9, completion_tokens: 1, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 5 } },
      6,
      5,
    ],
    [{ prompt_tokens: 9, completion_tokens: 1, total_tokens: 15 }, 6, 5],
  ])('of reasoning is part of the output: %j', (raw, output, reasoning) => {
    const events = decode(JSON.stringify({ choices: [], usage: raw }));
    expect(events).toMatchObject([{ usage: { input: 9, output, reasoning } }]);
  });
});

describe('an error inside the stream', () => {
  test.each([
    ['{"error":{"message":"why","code":502}}', 'provider'],
    ['{"error":{"message":"why","type":"rate_limit_error"}}', 'rate-limit'],
    ['{"error":"why"}', 'provider'],
    ['[{"error":{"message":"why","code":401}}]', 'auth'],
    ['{"object":"error","message":"why","code":400}', 'invalid-request'],
    ['{"detail":"why"}', 'provider'],
    ['{"choices":[{"index":0,"delta":{"content":""},"error":{"code":503,"message":"why"}}]}', 'overloaded'],
    ['{"id":"x","error":{"message":"why"},"choices":[{"index":0,"delta":{"content":""}}]}', 'provider'],
  ])('%s is thrown', (error, code) => {
    expect(() => decode({ content: 'a' }, error)).toThrow(
      expect.objectContaining({ code, message: 'Asking test/model: why' }) as Error,
    );
  });

  test.each([
    ['{"error":{"message":"why","code":502}}', { retryable: true }],
    [
      '{"error":{"message":"Please try again in 2.5s.","code":"rate_limit_exceeded"}}',
      { retryable: true, retryAfter: 2500 },
    ],
    ['{"error":{"message":"why","code":503}}', { code: 'overloaded', retryable: true }],
    ['{"error":{"message":"Token limit reached","code":400}}', { code: 'context-length', retryable: false }],
    ['{"error":{"message":"why","type":"invalid_request_error"}}', { code: 'invalid-request', retryable: false }],
    ['{"error":{"message":"why","code":"insufficient_quota"}}', { code: 'rate-limit', retryable: false }],
    ['{"error":{"message":"why","code":"server_error"}}', { code: 'provider', retryable: true }],
    ['{"error":{"message":"Overloaded","type":"overloaded_error"}}', { code: 'overloaded', retryable: true }],
  ])('%s says whether to try again', (error, told) => {
    expect(() => decode({ content: 'a' }, error)).toThrow(expect.objectContaining(told) as Error);
  });

  test('never tells a key (rule X3)', () => {
    const decoder = new ChatDecoder(wire, { secrets: () => ['sk-secret'] });
    expect(() => decoder.push('{"error":"bad sk-secret"}', '', [])).toThrow('bad [secret]');
  });

  test('may be what is not JSON', () => {
    expect(() => decode('oops', done)).toThrow('the answer is not JSON');
  });
});

test('citations and images are parts', () => {
  const citation = { type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 1 } };
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
  const listed = '{"choices":[],"citations":["u","v"],"search_results":[{"url":"u","title":"t"}]}';
  expect(decode({ annotations: [citation], images: [image] }, listed, listed)).toEqual(
    [
      { type: 'source', url: 'u', title: 't', data: { start_index: 1 } },
      { type: 'file', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } },
      { type: 'source', url: 'u', title: 't' },
      { type: 'source', url: 'v' },
    ].map((value) => ({ type: 'part', value })),
  );
});

test('warnings come first', () => {
  const events: ModelEvent[] = [];
  const decoder = new ChatDecoder(wire, { before: [{ type: 'warning', reason: 'no' }] });
  decoder.push('{"choices":[{"delta":{"content":"a"}}]}', '', events);
  decoder.end(events);
  expect(events.map(({ type }) => type)).toEqual(['warning', 'text']);
});

test('any cut of the bytes gives the same events', async () => {
  const stream = [
    ': hi',
    'data: {"choices":[{"delta":{"content":"Grüße 😀"}}]}',
    'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"a","arguments":"{\\"é\\""}}]}}]}',
    'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}',
    'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}',
    'data: [DONE]',
  ];
  const whole = await eventsOf([new TextEncoder().encode(stream.join('\n\n'))]);
  expect(whole).toHaveLength(6);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (end, sizes) => {
        const bytes = new TextEncoder().encode(stream.join(end + end));
        const pieces: Uint8Array[] = [];
        let from = 0;
        for (const size of sizes) pieces.push(bytes.subarray(from, (from += size)));
        expect(await eventsOf([...pieces, bytes.subarray(from)])).toEqual(whole);
      },
    ),
  );
});

async function eventsOf(pieces: readonly Uint8Array[]): Promise<ModelEvent[]> {
  const { signal } = new AbortController();
  const events: ModelEvent[] = [];
  for await (const batch of readEvents(bodyOf(pieces), new ChatDecoder(wire), { what: 'Asking', signal })) {
    events.push(...batch);
  }
  return events;
}

function bodyOf(pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}
