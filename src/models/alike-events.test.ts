import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { ModelEvent } from '../chat/model.ts';
import type { Decoder } from '../wire/read.ts';
import { MessagesDecoder } from './anthropic/stream.ts';
import { EventTemplate } from './event-template.ts';
import { ChatDecoder } from './openai/chat/stream.ts';
import { ResponsesDecoder } from './openai/responses/stream.ts';

/** A piece of an answer: what kind it is, and its text. */
type Piece = readonly ['text' | 'reasoning', string];

interface Wire {
  decoder(): Decoder<ModelEvent>;
  /** The event of a piece; `block` is the number of its run of the same kind. */
  event(piece: Piece, block: number, number: number): unknown;
  /** What begins a run, where something does. */
  begin?(kind: Piece[0], block: number): unknown;
}

const model = { provider: 'test', model: 'model' };

const wires: Record<string, Wire> = {
  chat: {
    decoder: () => new ChatDecoder({ ...model, quirks: {} }),
    event: ([kind, text]) => ({
      choices: [{ index: 0, delta: { [kind === 'text' ? 'content' : 'reasoning_content']: text } }],
    }),
  },
  responses: {
    decoder: () => new ResponsesDecoder({ ...model, quirks: {} }),
    event: ([kind, delta], block, number) => ({
      type: `response.${kind === 'text' ? 'output_text' : 'reasoning_text'}.delta`,
      item_id: `i${block}`,
      output_index: block,
      content_index: 0,
      delta,
      obfuscation: 'x'.repeat(number % 7),
      sequence_number: number,
    }),
  },
  messages: {
    decoder: () => new MessagesDecoder({ ...model, family: {} } as never),
    begin: (kind, index) => ({
      type: 'content_block_start',
      index,
      content_block: kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' },
    }),
    event: ([kind, text], index) => ({
      type: 'content_block_delta',
      index,
      delta: kind === 'text' ? { type: 'text_delta', text } : { type: 'thinking_delta', thinking: text },
    }),
  },
};

/** The data of an answer of such pieces. */
function answerOf({ event, begin }: Wire, pieces: readonly Piece[]): readonly string[] {
  let block = -1;
  return pieces
    .flatMap((piece, number) => {
      const isNew = piece[0] !== pieces[number - 1]?.[0];
      if (isNew) block += 1;
      const opening = isNew ? begin?.(piece[0], block) : undefined;
      return [...(opening ? [opening] : []), event(piece, block, number)];
    })
    .map((one) => JSON.stringify(one));
}

/** What the answer decodes to, so many of its events a read. */
function decoded(wire: Wire, answer: readonly string[], atOnce: number): readonly ModelEvent[] {
  const decoder = wire.decoder();
  const all: ModelEvent[] = [];
  for (let from = 0; from < answer.length; from += atOnce) {
    const events: ModelEvent[] = [];
    for (const data of answer.slice(from, from + atOnce)) decoder.push(data, '', events);
    all.push(...events);
  }
  decoder.end(all);
  return all;
}

test.each(Object.keys(wires))(
  'an answer that comes in one read is told as one that comes event by event: nothing is kept of an event but its text (0076, %s)',
  (name) => {
    const wire = wires[name]!;
    const made = vi.spyOn(EventTemplate, 'of');
    const run = fc.tuple(
      fc.constantFrom('text', 'reasoning'),
      fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 6 }), (runs) => {
        const answer = answerOf(
          wire,
          runs.flatMap(([kind, texts]) => texts.map((text): Piece => [kind as Piece[0], text])),
        );
        expect(decoded(wire, answer, answer.length)).toEqual(decoded(wire, answer, 1));
      }),
    );
    expect(made.mock.results.some(({ value }) => value instanceof EventTemplate)).toBe(true);
    made.mockRestore();
  },
);
