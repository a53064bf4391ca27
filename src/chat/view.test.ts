import { expect, test } from 'vitest';
import type { Message } from '../conversation/message.ts';
import type { CallStanding } from '../conversation/tool-call.ts';
import { dropOldResults, keepLast } from './view.ts';

function message(id: string, role: Message['role'], parts: Message['parts'] = []): Message {
  return { id, role, parts, at: 1 };
}

const talk: readonly Message[] = [
  message('s', 'system'),
  message('u1', 'user'),
  message('a1', 'assistant'),
  message('a2', 'assistant'),
  message('u2', 'user'),
  message('a3', 'assistant'),
];

test.each([
  [0, ['s', 'u2', 'a3']],
  [1, ['s', 'u2', 'a3']],
  [2, ['s', 'u2', 'a3']],
  [3, ['s', 'u1', 'a1', 'a2', 'u2', 'a3']],
  [5, ['s', 'u1', 'a1', 'a2', 'u2', 'a3']],
  [99, ['s', 'u1', 'a1', 'a2', 'u2', 'a3']],
])('the last %i messages begin with a word of the user, and what the system said stays', (count, kept) => {
  expect(keepLast(count)(talk).map(({ id }) => id)).toEqual(kept);
});

test('without a word of the user everything is shown', () => {
  const only = [message('s', 'system'), message('a', 'assistant')];
  expect(keepLast(1)(only)).toEqual(only);
});

test('old results are left out, and nothing else; the same messages stay the same', () => {
  const call = (id: string, standing: CallStanding): Message['parts'][number] => ({
    type: 'tool',
    call: { id, name: 'look', arguments: '{}', revision: 5, ...standing },
  });
  const old = message('a1', 'assistant', [
    { type: 'text', text: 'Look:' },
    call('c', { state: 'completed', output: 'long' }),
    call('d', { state: 'rejected', reason: 'no' }),
  ]);
  const plain = message('a0', 'assistant', [call('x', { state: 'rejected' }), { type: 'text', text: 'a' }]);
  const young = message('a2', 'assistant', [call('e', { state: 'completed', output: 'long' })]);
  const view = dropOldResults(2);
  const seen = view([plain, old, message('u', 'user'), young]);
  expect(seen[0]).toBe(plain);
  expect(seen[1]!.parts).toMatchObject([
    { text: 'Look:' },
    { call: { id: 'c', output: 'long', content: [{ text: expect.stringContaining('An old result') }] } },
    { call: { id: 'd', state: 'rejected', reason: 'no' } },
  ]);
  expect(seen[3]).toBe(young);
  expect(view([plain, old, message('u', 'user'), young])[1]).toBe(seen[1]);
  expect(dropOldResults()([old, old, old, old, old]).filter((one) => one === old)).toHaveLength(4);
});
