import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isObject } from '../conversation/json.ts';
import { EventJson } from './event-json.ts';
import { EventTemplate } from './event-template.ts';
import type { Hole } from './event-template.ts';

type Members = Record<string, unknown>;

/** Events as three providers write them: with what they put around a piece of text. */
const shapes: Record<string, (piece: unknown, number: number) => string> = {
  chat: (content) => JSON.stringify({ id: 'r1', choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  padded: (text, number) => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
    return JSON.stringify(event).replace(/\}\}$/, `}${' '.repeat(number % 15)}}`);
  },
  numbered: (delta, number) =>
    JSON.stringify({
      type: 'x.delta',
      delta,
      logprobs: [],
      obfuscation: 'ab'.repeat(number % 9),
      sequence_number: number,
    }),
  spaced: (content) => `{"choices": [{"delta": {"content": ${JSON.stringify(content)}, "role": "assistant"}}]}`,
};

function pieceIn(event: unknown): Hole | undefined {
  if (!isObject(event)) return undefined;
  const [choice] = (event['choices'] ?? []) as Members[];
  const holder = choice?.['delta'] ?? (isObject(event['delta']) ? event['delta'] : event);
  const name = ['content', 'text', 'delta'].find((name) => typeof (holder as Members)[name] === 'string');
  return name === undefined ? undefined : { holder: holder as Members, name };
}

function reader(): EventJson {
  return new EventJson({ provider: 'test', model: 'model' }, {}, pieceIn);
}

/** The events of a read that brings many. */
const many: readonly unknown[] = Array.from({ length: 8 });

/** What JSON is, or that it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return 'not JSON';
  }
}

/** What a reader makes of a text; a reader that found something wrong reads no more. */
function read(json: EventJson, text: string): unknown {
  const event = json.parse(text, 'unframed', many);
  return event === undefined && parsed(text) === 'not JSON' ? 'not JSON' : structuredClone(event);
}

const piece = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '","x":"', '\u0000', '😀', 'x'.repeat(13)),
);

describe('a template', () => {
  test.each(Object.keys(shapes))('reads what JSON.parse gives, whatever the pieces are (%s)', (shape) => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 8, maxLength: 30 }), (pieces) => {
        const json = reader();
        for (const [i, text] of pieces.map(shapes[shape]!).entries())
          expect([i, read(json, text)]).toEqual([i, parsed(text)]);
      }),
    );
  });

  test.each(Object.keys(shapes))('and whatever is wrong with one of them (%s)', (shape) => {
    const make = shapes[shape]!;
    const cut = fc.record({
      at: fc.nat(),
      length: fc.nat(3),
      put: fc.constantFrom('', '"', '\\', '}', ' ', '0', '-1', '\n', 'null', ',"obfuscation":"y"'),
    });
    fc.assert(
      fc.property(piece, cut, (text, { at, length, put }) => {
        const json = reader();
        for (let i = 0; i < 6; i += 1) json.parse(make('some', i), '', many);
        const whole = make(text, 7);
        const start = at % whole.length;
        const damaged = whole.slice(0, start) + put + whole.slice(start + length);
        expect(read(json, damaged)).toEqual(parsed(damaged));
        expect(read(json, make('next', 8))).toEqual(parsed(make('next', 8)));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(Object.keys(shapes))('spares the parser nearly all of a long answer (%s)', (shape) => {
    const json = reader();
    const parse = vi.spyOn(JSON, 'parse');
    for (let i = 0; i < 1_000; i += 1) json.parse(shapes[shape]!(`word ${i}`, i), '', many);
    const whole = parse.mock.calls.filter(([text]) => text.startsWith('{'));
    parse.mockRestore();
    expect(whole.length).toBeLessThan(8);
  });

  test('is made where many events come at once, and no more often than eight times for an answer whose events always differ', () => {
    const made = vi.spyOn(EventTemplate, 'of');
    const slow = reader();
    for (let i = 0; i < 1_000; i += 1) slow.parse(shapes['chat']!('word', i), '', many.slice(1));
    expect(made).toHaveBeenCalledTimes(0);
    const odd = reader();
    const differs = (at: number): string => JSON.stringify({ choices: [{ delta: { content: 'word', at } }] });
    for (let i = 0; i < 1_000; i += 1) expect(read(odd, differs(i))).toEqual(parsed(differs(i)));
    expect(made).toHaveBeenCalledTimes(8);
    made.mockRestore();
  });

  test('there is none where a member cannot be told from the text', () => {
    const twice = '{"choices":[{"delta":{"content":"a"}}],"also":{"content":"b"}}';
    const elsewhere = '{"choices":[{"delta":{"content" :"a"}}],"\\u0063ontent":"b"}';
    for (const text of [twice, elsewhere]) expect(EventTemplate.of(text, JSON.parse(text), pieceIn)).toBeUndefined();
  });
});
