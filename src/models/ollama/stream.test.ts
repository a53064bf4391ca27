import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { readEvents } from '../../wire/read.ts';
import { OllamaDecoder } from './stream.ts';

// Hand-written fixtures, one for each quirk; the real answers are in test/recordings.

const id = { provider: 'ollama', model: 'm' };
const done = { model: 'm1', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };

/** What the lines decode to: texts are sent as they are, objects as messages. */
function decode(...lines: readonly (string | Record<string, unknown>)[]): ModelEvent[] {
  const decoder = new OllamaDecoder(id);
  const events: ModelEvent[] = [];
  for (const line of lines) decoder.push(lineOf(line), '', events);
  decoder.end(events);
  return events;
}

function lineOf(line: string | Record<string, unknown>): string {
  return typeof line === 'string' ? line : JSON.stringify('done' in line ? line : { message: line, done: false });
}

function calling(...calls: readonly unknown[]): Record<string, unknown> {
  return { role: 'assistant', content: '', tool_calls: calls };
}

function failure(...lines: readonly (string | Record<string, unknown>)[]): unknown {
  try {
    decode(...lines);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('text and thinking', () => {
  test('come apart, empty pieces not, and the finish comes last', () => {
    expect(
      decode({ thinking: 'Hm', content: '' }, { content: 'Hel' }, { content: 'lo', thinking: null }, done),
    ).toEqual([
      { type: 'reasoning', delta: 'Hm' },
      { type: 'text', delta: 'Hel' },
      { type: 'text', delta: 'lo' },
      { type: 'finish', reason: 'stop', raw: 'stop', model: 'm1' },
    ]);
  });

  test('may be in the last line, or in one that holds the whole answer', () => {
    const whole = { model: 'm1', message: { role: 'assistant', thinking: 'Hm', content: 'Hello' }, done: true };
    const events = [
      { type: 'reasoning', delta: 'Hm' },
      { type: 'text', delta: 'Hello' },
      { type: 'finish', reason: 'stop', model: 'm1' },
    ];
    expect(decode(whole)).toEqual(events);
    expect(decode(...JSON.stringify(whole, undefined, 2).split('\n'))).toEqual(events);
  });

  test('of an answer that says nothing are absent', () => {
    expect(decode({ ...done, done_reason: 'load' })).toEqual([
      { type: 'finish', reason: 'stop', raw: 'load', model: 'm1' },
    ]);
    expect(decode('{"done":true}')).toEqual([{ type: 'finish', reason: 'stop' }]);
  });
});

describe('tool calls', () => {
  test('come whole between the words, with ids or without, and their arguments become text once', () => {
    const first = { id: 'c1', function: { index: 0, name: 'add', arguments: { b: 1, a: [1, null], é: '\n' } } };
    const second = { function: { name: 'now', arguments: {} } };
    expect(decode({ content: 'I add.' }, calling(first), { content: 'And?' }, calling(second), done)).toEqual([
      { type: 'text', delta: 'I add.' },
      { type: 'call', key: 0, id: 'c1', name: 'add', arguments: '{"b":1,"a":[1,null],"é":"\\n"}' },
      { type: 'text', delta: 'And?' },
      { type: 'call', key: 1, name: 'now', arguments: '{}' },
      { type: 'finish', reason: 'tool-calls', raw: 'stop', model: 'm1' },
    ]);
  });

  test.each([
    ['nothing', undefined, '{}'],
    ['null', null, '{}'],
    ['a text', '{"x": 1}', '{"x": 1}'],
    ['a list', [1], '[1]'],
    ['a key that no record should have', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  ])('may have %s for arguments', (_, given, text) => {
    const [call] = decode(calling({ id: '', function: { name: 'add', arguments: given } }), done);
    expect(call).toEqual({ type: 'call', key: 0, name: 'add', arguments: text });
  });

  test('without a name, or that are none, break nothing', () => {
    expect(decode(calling(null, 'x', {}, { function: 'add' }), { tool_calls: 'none' }, done)).toMatchObject([
      { type: 'call', key: 0, name: '', arguments: '{}' },
      { type: 'call', key: 1, name: '', arguments: '{}' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });

  test('of an answer that ran out of tokens are whole, and the finish says why it ended', () => {
    const call = { function: { name: 'add', arguments: { a: 1 } } };
    expect(decode(calling(call), { ...done, done_reason: 'length' })).toMatchObject([
      { type: 'call', arguments: '{"a":1}' },
      { type: 'finish', reason: 'length', raw: 'length' },
    ]);
  });
});

describe('the end', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['unload', 'other'],
    ['custom', 'other'],
  ])('with the reason %s is %s', (raw, reason) => {
    expect(decode({ ...done, done_reason: raw })).toMatchObject([{ type: 'finish', reason, raw }]);
  });

  test('brings usage, with the durations raw', () => {
    const counted = {
      total_duration: 9,
      load_duration: 1,
      prompt_eval_count: 7,
      prompt_eval_duration: 2,
      eval_count: 3,
    };
    expect(decode({ ...done, ...counted, eval_duration: 4 })[0]).toEqual({
      type: 'usage',
      usage: { input: 7, output: 3, cachedInput: 0, reasoning: 0, raw: { ...counted, eval_duration: 4 } },
    });
  });

  test('is not there when the answer was cut: between two lines, or in the middle of one', () => {
    const said = { type: 'text', delta: 'Hel' };
    expect(decode({ content: 'Hel' })).toEqual([said]);
    expect(decode({ content: 'Hel' }, '{"message":{"con')).toEqual([said]);
    expect(decode('{"message":{"con')).toEqual([]);
    expect(decode()).toEqual([]);
  });

  test('is the end: what follows is not read', () => {
    expect(decode({ content: 'a' }, done, 'rubbish', { content: 'b' }, '{"error":"late"}')).toMatchObject([
      { type: 'text', delta: 'a' },
      { type: 'finish' },
    ]);
  });
});

describe('errors', () => {
  test.each([
    ['{"error":"an error was encountered while running the model"}', 'provider', true],
    ['{"error":"rate limit exceeded, try again in 2s"}', 'rate-limit', true],
    ['{"error":{"message":"the prompt exceeds the context length"}}', 'context-length', false],
    ['{"detail":"upstream is gone"}', 'provider', true],
    ['{"message":"no"}', 'provider', true],
  ])('may come as a line of their own: %s', (line, code, retryable) => {
    const error = failure({ content: 'Hel' }, line);
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject({ code, retryable, message: expect.stringContaining('Asking ollama/m: ') as string });
  });

  test('tell no secrets (rule X3)', () => {
    const decoder = new OllamaDecoder(id, { secrets: () => ['sk-123456'] });
    expect(() => decoder.push('{"error":"bad key sk-123456"}', '', [])).toThrow('bad key [secret]');
  });

  test('are said when something else than JSON comes', () => {
    expect(failure({ content: 'a' }, 'rubbish', { content: 'b' })).toMatchObject({ code: 'invalid-response' });
    expect(failure('rubbish')).toMatchObject({ code: 'invalid-response', retryable: true });
  });

  test('are not what lines are that nobody knows', () => {
    expect(decode('null', '7', '[]', '{}', '{"message":null}', '{"error":null,"done":false}', done)).toHaveLength(1);
  });
});

test('warnings come first', () => {
  const events: ModelEvent[] = [];
  const decoder = new OllamaDecoder(id, { before: [{ type: 'warning', reason: 'no' }] });
  decoder.push(lineOf({ content: 'a' }), '', events);
  decoder.end(events);
  expect(events.map(({ type }) => type)).toEqual(['warning', 'text']);
  const silent: ModelEvent[] = [];
  new OllamaDecoder(id, { before: [{ type: 'warning', reason: 'no' }] }).end(silent);
  expect(silent).toHaveLength(1);
});

test('any cut of the bytes gives the same events', async () => {
  const lines = [
    { thinking: 'Hm 🤔' },
    { content: 'Grüße 😀' },
    calling({ function: { name: 'a', arguments: { é: 1 } } }),
    { ...done, eval_count: 2 },
  ].map(lineOf);
  const whole = await eventsOf([new TextEncoder().encode(lines.join('\n'))]);
  expect(whole).toHaveLength(5);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('\n', '\r\n', '\n\n'),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (end, sizes) => {
        const bytes = new TextEncoder().encode(lines.join(end));
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
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: ModelEvent[] = [];
  const options = { what: 'Asking', signal, framing: 'ndjson' } as const;
  for await (const batch of readEvents(body, new OllamaDecoder(id), options)) events.push(...batch);
  return events;
}
