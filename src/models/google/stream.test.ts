import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent, ModelRequest } from '../../chat/model.ts';
import { readEvents } from '../../wire/read.ts';
import { GoogleDecoder } from './stream.ts';

// Hand-written fixtures, one for each quirk of the wire; the real answers are in test/recordings.

const wire = { provider: 'google', model: 'm', baseURL: 'http://g', quirks: {} };

type Part = Readonly<Record<string, unknown>>;

/** A chunk of the answer with these parts. */
function chunk(parts: readonly Part[], candidate: Part = {}, more: Part = {}): string {
  return JSON.stringify({ candidates: [{ content: { role: 'model', parts }, ...candidate }], ...more });
}

const stop = chunk([], { finishReason: 'STOP' });

function decode(chunks: readonly string[], request: Partial<ModelRequest> = {}): ModelEvent[] {
  const decoder = new GoogleDecoder(wire, { request: { tools: [], settings: {}, ...request } as ModelRequest });
  const events: ModelEvent[] = [];
  for (const data of chunks) decoder.push(data, '', events);
  decoder.end(events);
  return events;
}

function without(events: readonly ModelEvent[], ...types: ModelEvent['type'][]): ModelEvent[] {
  return events.filter(({ type }) => !types.includes(type));
}

function callsIn(events: readonly ModelEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === 'call' ? [[event.name, event.arguments, event.id]] : []));
}

const origin = (data: unknown) => ({ provider: 'google', model: 'm', data });

describe('text and thoughts', () => {
  test('come as they are written; the finish comes last, with what the server calls itself', () => {
    const first = chunk(
      [{ text: 'Hm.', thought: true }, { text: 'Hel' }],
      {},
      { modelVersion: 'm-001', responseId: 'r1' },
    );
    expect(decode([first, chunk([{ text: 'lo' }, { text: '' }]), stop])).toEqual([
      { type: 'reasoning', delta: 'Hm.', part: 0 },
      { type: 'text', delta: 'Hel', part: 1 },
      { type: 'text', delta: 'lo', part: 1 },
      { type: 'finish', reason: 'stop', raw: 'STOP', model: 'm-001', responseId: 'r1' },
    ]);
  });

  test('are one part for people wherever they are signed, and each signature knows its piece', () => {
    const events = decode([
      chunk([{ text: 'ab' }]),
      chunk([{ text: 'cd', thoughtSignature: 's1' }]),
      chunk([{ text: 'e' }]),
      chunk([{ text: '', thoughtSignature: 's2' }], { finishReason: 'STOP' }),
    ]);
    const first = { from: 2, to: 4, signature: 's1' };
    expect(without(events, 'finish')).toEqual([
      { type: 'text', delta: 'ab', part: 0 },
      { type: 'text', delta: 'cd', part: 0, origin: origin({ signed: [first] }) },
      { type: 'text', delta: 'e', part: 0 },
      { type: 'text', delta: '', part: 0, origin: origin({ signed: [first, { from: 5, to: 5, signature: 's2' }] }) },
    ]);
  });

  test('before and after a call are two parts', () => {
    const events = decode([chunk([{ text: 'a' }, { functionCall: { name: 'now' } }, { text: 'b' }])]);
    expect(events).toEqual([
      { type: 'text', delta: 'a', part: 0 },
      { type: 'call', key: 0, name: 'now', arguments: '' },
      { type: 'text', delta: 'b', part: 1 },
    ]);
  });

  test('of other candidates are not ours, and unknown parts and members mean nothing', () => {
    const other = { content: { parts: [{ text: 'no' }] }, index: 1 };
    const ours = { content: { parts: [{ hologram: {} }, 7, { text: 'yes' }], mood: 'good' }, index: 0 };
    const odd = ['{"this":[1]}', '1', 'null', '', '{"candidates":[{"content":{"role":"model"}}]}', '{"candidates":[]}'];
    expect(decode([...odd, JSON.stringify({ candidates: [other, ours], news: {} })])).toEqual([
      { type: 'text', delta: 'yes', part: 0 },
    ]);
  });
});

describe('a function call', () => {
  test('comes whole: its arguments to the letter, its signature as origin (rule W1)', () => {
    const raw = '{ "x" : 1.0, "big": 12345678901234567890,\n"s": "a\\"}b\\\\" }';
    const part = `{"functionCall": {"name": "add", "id": "c1", "args" : ${raw}}, "thoughtSignature": "sig"}`;
    const events = decode([
      `{"candidates":[{"content":{"parts":[{"text":"{\\"args\\":{}"},${part}]},"finishReason":"STOP"}]}`,
    ]);
    expect(without(events, 'text')).toEqual([
      { type: 'tool-input', key: 0, name: 'add', delta: raw },
      { type: 'call', key: 0, id: 'c1', name: 'add', arguments: raw, origin: origin({ thoughtSignature: 'sig' }) },
      { type: 'finish', reason: 'tool-calls', raw: 'STOP' },
    ]);
  });

  test('may have no id, no arguments, and the same name as another', () => {
    const calls = [
      { name: 'add', args: { x: 1 } },
      { name: 'add', args: {} },
      { name: 'now', args: null },
      { name: 'now' },
    ];
    expect(callsIn(decode([chunk(calls.map((functionCall) => ({ functionCall })))]))).toEqual([
      ['add', '{"x":1}', undefined],
      ['add', '{}', undefined],
      ['now', '', undefined],
      ['now', '', undefined],
    ]);
  });

  test('of a tool that takes calls as arguments keeps them apart', () => {
    const args = { functionCall: { args: { args: { y: [1] } } }, list: [{ functionCall: { args: {} } }] };
    const parts = [{ functionCall: { name: 'a', args } }, { functionCall: { args: { z: 1 }, name: 'b' } }];
    expect(callsIn(decode([chunk(parts)]))).toEqual([
      ['a', JSON.stringify(args), undefined],
      ['b', '{"z":1}', undefined],
    ]);
  });

  test('is told of with what was not declared; a call that is no JSON is only told of in words', () => {
    const call = chunk([{ functionCall: { name: 'list', args: {} } }], {
      finishReason: 'UNEXPECTED_TOOL_CALL',
      finishMessage: 'Unexpected tool call: list',
    });
    expect(without(decode([call]), 'tool-input')).toEqual([
      { type: 'call', key: 0, name: 'list', arguments: '{}' },
      { type: 'warning', reason: 'Asking google/m ended with UNEXPECTED_TOOL_CALL: Unexpected tool call: list' },
      { type: 'finish', reason: 'tool-calls', raw: 'UNEXPECTED_TOOL_CALL' },
    ]);
    const malformed = chunk([], {
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: 'Malformed function call: add(',
    });
    expect(decode([malformed])).toEqual([
      { type: 'warning', reason: 'Asking google/m ended with MALFORMED_FUNCTION_CALL: Malformed function call: add(' },
      { type: 'finish', reason: 'other', raw: 'MALFORMED_FUNCTION_CALL' },
    ]);
  });
});

/** Chunks of one call whose arguments come value by value. */
function growing(...values: readonly (readonly Part[])[]): string[] {
  const last = chunk([{ functionCall: {} }], { finishReason: 'STOP' });
  const pieces = values.map((partialArgs) => chunk([{ functionCall: { partialArgs, willContinue: true } }]));
  return [chunk([{ functionCall: { name: 'f', willContinue: true }, thoughtSignature: 's' }]), ...pieces, last];
}

describe('arguments value by value', () => {
  test('become JSON text as they come', () => {
    const events = decode(
      growing(
        [{ jsonPath: '$.city', stringValue: 'New "Y', willContinue: true }],
        [{ jsonPath: '$.city', stringValue: 'ork\n', willContinue: true }],
        [{ jsonPath: '$.city', stringValue: '' }],
        [
          { jsonPath: '$.days', numberValue: 2 },
          { jsonPath: '$.hot', boolValue: false },
          { jsonPath: '$.no', nullValue: 'NULL_VALUE' },
        ],
      ),
    );
    const pieces = events.flatMap((event) => (event.type === 'tool-input' ? [event.delta] : []));
    expect(pieces).toEqual(['', '{"city":"New \\"Y', 'ork\\n', '"', ',"days":2,"hot":false,"no":null', '}']);
    expect(events.at(-2)).toEqual({
      type: 'call',
      key: 0,
      name: 'f',
      arguments: pieces.join(''),
      origin: origin({ thoughtSignature: 's' }),
    });
  });

  test('stand in lists and objects', () => {
    const text = (jsonPath: string, stringValue: string) => ({ jsonPath, stringValue });
    const values = [
      text('$.a.list[0].x', '1'),
      text('$.a.list[0].y', '2'),
      text('$.a.list[1].x', '3'),
      text("$.a['odd name'][0][0]", '4'),
      text('$.a["odd name"][0][1]', '5'),
      text('$.__proto__', '6'),
    ];
    expect(callsIn(decode(growing(values)))).toEqual([
      ['f', '{"a":{"list":[{"x":"1","y":"2"},{"x":"3"}],"odd name":[["4","5"]]},"__proto__":"6"}', undefined],
    ]);
  });

  test('cannot make a list of a billion nothings, nor give one a name', () => {
    for (const jsonPath of ['$.a[999999999]', '$.a.length', '$.a.b']) {
      const values = [
        { jsonPath: '$.a[0]', stringValue: 'a' },
        { jsonPath, numberValue: 7 },
      ];
      expect(() => decode(growing(values))).toThrow(RangeError);
    }
  });

  test('out of order are put together all the same', () => {
    const text = (jsonPath: string, stringValue: string, willContinue = false) => ({
      jsonPath,
      stringValue,
      willContinue,
    });
    const values = [
      text('$.a.x', '1'),
      text('$.b[1]', 'two'),
      text('$.a.y', '3', true),
      text('$.a.y', '4'),
      text('$.b[0]', 'one'),
    ];
    expect(callsIn(decode(growing(values)))).toEqual([['f', '{"a":{"x":"1","y":"34"},"b":["one","two"]}', undefined]]);
  });

  test('of two calls, one behind the other, are not mixed', () => {
    const again = growing([{ jsonPath: '$.x', numberValue: 2 }]);
    const events = decode([
      ...growing([{ jsonPath: '$.x', numberValue: 1 }]),
      ...again,
      chunk([{ functionCall: { name: 'g' } }]),
    ]);
    expect(callsIn(events)).toEqual([
      ['f', '{"x":1}', undefined],
      ['f', '{"x":2}', undefined],
      ['g', '', undefined],
    ]);
  });

  test('that break off make a call that is not whole', () => {
    const [first = '', second = ''] = growing([{ jsonPath: '$.x', stringValue: 'ab', willContinue: true }]);
    const half = { type: 'call', name: 'f', arguments: '{"x":"ab', incomplete: true };
    expect(decode([first, second]).at(-1)).toMatchObject(half);
    const cut = decode([first, second, chunk([], { finishReason: 'MAX_TOKENS' })]);
    expect(cut.slice(-2)).toMatchObject([half, { type: 'finish', reason: 'length', raw: 'MAX_TOKENS' }]);
  });
});

describe('what Google runs itself', () => {
  const code = { executableCode: { id: 'e1', language: 'PYTHON', code: 'print(1)' }, thoughtSignature: 's' };
  const ran = { codeExecutionResult: { id: 'e1', outcome: 'OUTCOME_OK', output: '1\n' } };

  test('code is a call, and what came of it its result; both go back together', () => {
    expect(decode([chunk([{ text: 'a' }, code]), chunk([ran, { text: 'b' }])])).toEqual([
      { type: 'text', delta: 'a', part: 0 },
      {
        type: 'call',
        key: 0,
        id: 'e1',
        name: 'codeExecution',
        arguments: '{"language":"PYTHON","code":"print(1)"}',
        providerExecuted: true,
        origin: origin({ parts: [code] }),
      },
      {
        type: 'result',
        key: 0,
        output: { outcome: 'OUTCOME_OK', output: '1\n' },
        origin: origin({ parts: [code, ran] }),
      },
      { type: 'text', delta: 'b', part: 1 },
    ]);
  });

  test('code without ids is matched in order, and may fail', () => {
    const run = (source: string) => ({ executableCode: { code: source } });
    const failed = { codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: 'no' } };
    const events = decode([chunk([run('a'), failed, run('b'), { codeExecutionResult: { outcome: 1 } }, failed])]);
    expect(events.flatMap((event) => (event.type === 'result' ? [[event.key, event.isError]] : []))).toEqual([
      [0, true],
      [1, undefined],
    ]);
  });

  test('an answer goes on after a finish reason while code runs', () => {
    const decoder = new GoogleDecoder(wire);
    const events: ModelEvent[] = [];
    const isDone = [
      chunk([code], { finishReason: 'STOP' }),
      chunk([ran]),
      chunk([{ text: 'One.' }]),
      chunk([{ text: '' }], { finishReason: 'STOP' }),
    ].map((data) => (decoder.push(data, '', events), decoder.isDone));
    expect(isDone).toEqual([false, false, false, true]);
    decoder.end(events);
    expect(events.filter(({ type }) => type === 'finish')).toEqual([{ type: 'finish', reason: 'stop', raw: 'STOP' }]);
  });

  test('its other tools have the name under which they were declared', () => {
    const call = {
      toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 't1', args: { queries: ['q'] } },
      thoughtSignature: 's',
    };
    const response = { toolResponse: { toolType: 'GOOGLE_SEARCH_WEB', id: 't1', response: { found: 1 } } };
    const files = [{ toolCall: { toolType: 'FILE_SEARCH', id: 't2' } }, { toolResponse: { id: 't2' } }];
    const providerTools = [{ provider: 'google', kind: 'googleSearch', name: 'search', options: {} }];
    const metadata = { groundingMetadata: { webSearchQueries: ['q'] } };
    expect(decode([chunk([call, response, ...files], metadata)], { providerTools })).toEqual([
      {
        type: 'call',
        key: 0,
        id: 't1',
        name: 'search',
        arguments: '{"queries":["q"]}',
        providerExecuted: true,
        origin: origin({ parts: [call] }),
      },
      { type: 'result', key: 0, output: { found: 1 }, origin: origin({ parts: [call, response] }) },
      expect.objectContaining({ type: 'call', key: 1, name: 'fileSearch', arguments: '{}' }),
      { type: 'result', key: 1, output: {}, origin: origin({ parts: files }) },
    ]);
  });

  test('servers of MCP answer calls, where the request names some; our own tools stay ours', () => {
    const theirs = { functionCall: { name: 'weather', args: { city: 'Rome' } } };
    const answer = { functionResponse: { name: 'weather', response: { result: 'sunny' } } };
    const ours = { functionCall: { name: 'add', args: {} } };
    const request: Partial<ModelRequest> = {
      tools: [{ name: 'add', description: '', inputSchema: {} }],
      settings: { providerOptions: { google: { tools: [{ mcpServers: [] }] } } },
    };
    const events = decode([chunk([theirs]), chunk([answer, ours])], request);
    expect(without(events, 'tool-input')).toEqual([
      expect.objectContaining({ type: 'call', name: 'weather', providerExecuted: true }),
      { type: 'result', key: 1, output: { result: 'sunny' }, origin: origin({ parts: [theirs, answer] }) },
      { type: 'call', key: 2, name: 'add', arguments: '{}' },
    ]);
    expect(callsIn(decode([chunk([theirs, answer])]))).toEqual([['weather', '{"city":"Rome"}', undefined]]);
  });

  test('searches and visits that only the metadata knows are calls too, and what was found are sources', () => {
    const web = [{ web: { uri: 'http://a', title: 'A' } }, { retrievedContext: { text: 't' } }, { unknown: {} }];
    const segment = { endIndex: 4, text: 'Yes.' };
    const grounding = {
      webSearchQueries: ['q'],
      groundingChunks: web,
      groundingSupports: [{ segment, groundingChunkIndices: [0] }],
    };
    const urls = { urlMetadata: [{ retrievedUrl: 'http://b', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' }] };
    const cited = {
      citationSources: [{ uri: 'http://c', startIndex: 1 }, { startIndex: 2 }, { uri: 'http://c', endIndex: 9 }],
    };
    const events = decode([
      chunk([{ text: 'Ye' }], { groundingMetadata: {} }),
      chunk([{ text: 's.' }], { groundingMetadata: grounding, urlContextMetadata: urls, citationMetadata: cited }),
      stop,
    ]);
    expect(without(events, 'text', 'finish')).toEqual([
      { type: 'call', key: 0, name: 'googleSearch', arguments: '{"queries":["q"]}', providerExecuted: true },
      { type: 'result', key: 0, output: grounding },
      { type: 'call', key: 1, name: 'urlContext', arguments: '{"urls":["http://b"]}', providerExecuted: true },
      { type: 'result', key: 1, output: urls },
      { type: 'part', value: { type: 'source', url: 'http://a', title: 'A', data: { segments: [segment] } } },
      { type: 'part', value: { type: 'source', data: { text: 't' } } },
      {
        type: 'part',
        value: { type: 'source', url: 'http://c', data: { segments: [{ startIndex: 1 }, { endIndex: 9 }] } },
      },
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'stop' });
  });
});

test('pictures come as files, but not the drafts among the thoughts', () => {
  const inlineData = { mimeType: 'image/png', data: 'AAAA' };
  const fileData = { fileUri: 'http://f', mimeType: 'image/jpeg' };
  expect(decode([chunk([{ inlineData, thought: true }, { inlineData, thoughtSignature: 's' }, { fileData }])])).toEqual(
    [
      {
        type: 'part',
        value: {
          type: 'file',
          mediaType: 'image/png',
          source: { type: 'base64', data: 'AAAA' },
          origin: origin({ thoughtSignature: 's' }),
        },
      },
      {
        type: 'part',
        value: { type: 'file', mediaType: 'image/jpeg', source: { type: 'url', url: 'http://f' }, origin: origin({}) },
      },
    ],
  );
});

describe('usage', () => {
  const counted = (usageMetadata: Part) => chunk([], {}, { usageMetadata });

  test('counts thoughts as output, and what Google’s tools read as input; the last word counts', () => {
    const raw = {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      toolUsePromptTokenCount: 5,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 3,
    };
    expect(decode([counted({ promptTokenCount: 9 }), counted(raw), counted({ trafficType: 'ON_DEMAND' })])).toEqual([
      { type: 'usage', usage: { input: 15, output: 10, cachedInput: 4, reasoning: 3, raw } },
    ]);
  });
});

describe('the end', () => {
  test.each<readonly [raw: string, reason: string]>([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY', 'MODEL_ARMOR'].map(
      (raw) => [raw, 'content-filter'] as const,
    ),
    ...['OTHER', 'LANGUAGE', 'TOO_MANY_TOOL_CALLS', 'NO_IMAGE', 'SOMETHING_NEW'].map((raw) => [raw, 'other'] as const),
  ])('%s means %s', (raw, reason) => {
    expect(decode([chunk([], { finishReason: raw })])).toEqual([{ type: 'finish', reason, raw }]);
  });

  test.each([
    [1, 'STOP', 'stop'],
    [3, 'SAFETY', 'content-filter'],
    [99, '99', 'other'],
  ])('may be a number: %i', (finishReason, raw, reason) => {
    expect(decode([chunk([], { finishReason })])).toEqual([{ type: 'finish', reason, raw }]);
  });

  test('is told only where it came', () => {
    expect(decode([chunk([{ text: 'a' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' })])).toHaveLength(1);
    expect(decode([chunk([{ text: 'a' }], { finishReason: 0 })])).toHaveLength(1);
    expect(decode(['[DONE]'])).toEqual([{ type: 'finish', reason: 'stop' }]);
  });

  test('of a question that was blocked says why', () => {
    const blocked = (promptFeedback: Part): unknown => decode([JSON.stringify({ promptFeedback, candidates: [] })]);
    expect(blocked({ blockReason: 'SAFETY', blockReasonMessage: 'Not this.' })).toEqual([
      { type: 'warning', reason: 'Asking google/m: the question was blocked (SAFETY: Not this.).' },
      { type: 'finish', reason: 'content-filter' },
    ]);
    expect(blocked({ blockReason: 'A_NEW_ONE' })).toMatchObject([{ type: 'warning' }, { reason: 'content-filter' }]);
    expect(blocked({ safetyRatings: [] })).toEqual([]);
  });
});

describe('errors', () => {
  const refusal = {
    error: {
      code: 429,
      message: 'Quota exceeded for key-1234.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }],
    },
  };

  test.each([
    ['in the middle', JSON.stringify(refusal), ''],
    ['in a list', JSON.stringify([refusal]), ''],
    ['without framing', JSON.stringify(refusal), 'unframed'],
    ['as an event of that name', JSON.stringify(refusal.error), 'error'],
  ])('%s are thrown, behind the usage and without keys (rule X3)', (_, data, name) => {
    const decoder = new GoogleDecoder(wire, { secrets: () => ['key-1234'] });
    const events: ModelEvent[] = [];
    decoder.push(chunk([], {}, { usageMetadata: { promptTokenCount: 3 } }), '', events);
    let error: unknown;
    try {
      decoder.push(data, name, events);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'rate-limit',
      retryable: true,
      retryAfter: 7000,
      message: 'Asking google/m: Quota exceeded for [secret].',
    });
    expect(events).toMatchObject([{ type: 'usage', usage: { input: 3 } }]);
  });

  test('what is not JSON is an error when something follows, else a cut answer', () => {
    const half = '{"candidates":[{"conte';
    expect(decode([chunk([{ text: 'a' }]), half])).toEqual([{ type: 'text', delta: 'a', part: 0 }]);
    expect(() => decode([half, stop])).toThrow('Asking google/m: the answer is not JSON.');
  });
});

describe('an answer', () => {
  const call = { functionCall: { name: 'add', args: { x: [1, 'a'] } }, thoughtSignature: 's' };
  const chunks = [chunk([{ text: 'Grüße 😀', thought: true }]), chunk([call], { finishReason: 'STOP' })];
  const lines = chunks.map((data) => JSON.stringify(JSON.parse(data), null, 2));
  const bodies: Readonly<Record<string, string>> = {
    'as server-sent events': chunks.map((data) => `data: ${data}\r\n\r\n`).join(''),
    'as a list': `[${chunks.join(',')}]`,
    'as a list over many lines': `[${lines.join('\n,\r\n')}\n]\n`,
    'as a list with its items on lines of their own': `[\n${lines.join(',\n')}\n]`,
    'as a list of one line each': `[${chunks.join('\n,\n')}\n]`,
    'as lines': chunks.join('\n'),
  };
  const expected = decode(chunks);

  test.each(Object.entries(bodies))('%s is the same, however its bytes are cut', async (_, body) => {
    const bytes = new TextEncoder().encode(body);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
        expect((await read(bytes, cuts)).map(compact)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('that is whole is the same, in lines or in one', async () => {
    const whole = chunk([{ text: 'Grüße 😀', thought: true }, call], { finishReason: 'STOP' });
    for (const text of [whole, JSON.stringify(JSON.parse(whole), null, 2)]) {
      expect((await read(new TextEncoder().encode(text), [])).map(compact)).toEqual(expected);
    }
  });
});

/** Arguments without their white space. */
function compact(event: ModelEvent): ModelEvent {
  if (event.type === 'call') return { ...event, arguments: JSON.stringify(JSON.parse(event.arguments)) };
  return event.type === 'tool-input' ? { ...event, delta: JSON.stringify(JSON.parse(event.delta)) } : event;
}

async function read(bytes: Uint8Array, cuts: readonly number[]): Promise<ModelEvent[]> {
  const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 1; i < places.length; i += 1) controller.enqueue(bytes.subarray(places[i - 1], places[i]));
      controller.close();
    },
  });
  const events: ModelEvent[] = [];
  const { signal } = new AbortController();
  for await (const batch of readEvents(body, new GoogleDecoder(wire), { what: 'Asking', signal }))
    events.push(...batch);
  return events;
}
