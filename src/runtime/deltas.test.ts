import { expect, test } from 'vitest';
import type { ChatEvent } from '../conversation/event.ts';
import { besideCommit, DeltaBuffer } from './deltas.ts';

function gathered(...events: readonly ChatEvent[]): readonly ChatEvent[] {
  const buffer = new DeltaBuffer();
  for (const event of events) buffer.add(event);
  return buffer.take();
}

const message = { id: 'm1', role: 'assistant', parts: [], at: 1 } as const;
const opened: ChatEvent = { type: 'message', message };
const text = (delta: string, part = 0): ChatEvent => ({ type: 'text', message: 'm1', part, delta });
const input = (id: string, delta: string): ChatEvent => ({ type: 'tool-input', message: 'm1', id, name: 'pay', delta });
const progress = (id: string): ChatEvent => ({ type: 'tool-progress', id, name: 'pay', progress: 1 });
const output = (value: unknown): ChatEvent => ({ type: 'output', message: 'm1', output: value });

test('pieces of one part are joined, whatever stands between them', () => {
  expect(gathered(text('a'), input('c1', '{'), text('b'), input('c2', '['), input('c1', '}'), text('c', 1))).toEqual([
    text('ab'),
    input('c1', '{}'),
    input('c2', '['),
    text('c', 1),
  ]);
});

test('a piece that brings an origin gives it to the whole', () => {
  const origin = { provider: 'p', model: 'm', data: { signature: 's' } };
  expect(gathered(text('a'), { type: 'text', message: 'm1', part: 0, delta: 'b', origin })).toEqual([
    { type: 'text', message: 'm1', part: 0, delta: 'ab', origin },
  ]);
});

test('of a growing output only the last is kept, and progress all of it', () => {
  expect(gathered(output(1), text('a'), output(2), progress('c1'), progress('c1'))).toEqual([
    text('a'),
    output(2),
    progress('c1'),
    progress('c1'),
  ]);
});

test('nothing is joined across a message that began anew', () => {
  expect(gathered(text('a'), opened, text('b'))).toEqual([text('a'), opened, text('b')]);
});

test('words, outcomes and ends are no deltas', () => {
  const word: ChatEvent = { type: 'message', message: { ...message, role: 'user' } };
  const moved: ChatEvent = {
    type: 'tool',
    call: { id: 'c1', name: 'pay', revision: 2, state: 'completed', output: 1 },
  };
  expect(gathered(word, moved, { type: 'warning', reason: 'x' }, { type: 'rewind', message: 'm1' })).toEqual([]);
});

test('a commit has its messages whole and its calls settled; all else is still to be told (S4)', () => {
  const settled: ChatEvent = {
    type: 'tool',
    call: { id: 'c1', name: 'pay', revision: 2, state: 'completed', output: 1 },
  };
  const told = [text('a'), progress('c1'), progress('c2')];
  expect(besideCommit(told, [opened])).toEqual([progress('c1'), progress('c2')]);
  expect(besideCommit(told, [settled])).toEqual([text('a'), progress('c2')]);
});
