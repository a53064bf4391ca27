import { expect, test } from 'vitest';
import type { StoredMessage } from '../../conversation/changes.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callIn, callsIn, callText, messagesIn, messageText } from './body.ts';

const call: ToolCall = { id: 'c1', name: 'pay', arguments: '{"to":"Ann"}', revision: 2, state: 'proposed' };

test.each<readonly [string, ToolCall]>([
  ['one that was not parsed', call],
  ['one whose input is its arguments', { ...call, input: { to: 'Ann' } }],
  ['one whose input has more', { ...call, input: { to: 'Ann', amount: 1 } }],
  ['one that is written otherwise', { ...call, arguments: '{ "to": "Ann" }', input: { to: 'Ann' } }],
  ['one whose members were turned', { ...call, arguments: '{"b":1,"7":2}', input: { 7: 2, b: 1 } }],
  ['one with another number', { ...call, arguments: '{"n":1.0}', input: { n: 1 } }],
  ['one with half a character', { ...call, arguments: '{"to":"\\ud800"}', input: { to: '\ud800' } }],
])('a call is read as it was written, its arguments to the letter: %s (W1, D2)', (_name, one) => {
  const { id, state } = one;
  const row = { id, state, json: callText(one) };
  expect(callIn(row)).toEqual(one);
  // As releases before this one have written it.
  expect(callsIn([row, { id, state, json: JSON.stringify(one) }])).toEqual([one, one]);
});

test('arguments that its input says are not written again', () => {
  expect(callText({ ...call, input: { to: 'Ann' } })).toBe('{"name":"pay","revision":2,"input":{"to":"Ann"}}');
});

test('what is no call is not read', () => {
  for (const json of ['7', 'null', '{']) expect(() => callIn({ id: 'c1', state: 'proposed', json })).toThrow(Error);
});

test('a message is read as it was written', () => {
  const messages: readonly StoredMessage[] = [
    { message: { id: 'm1', role: 'user', at: 1, author: 'ann' }, parts: [{ type: 'text', text: 'Hi' }] },
    { message: { id: 'm2', role: 'assistant', at: 2, finish: 'stop' }, parts: [{ type: 'tool', call: 'c1' }] },
  ];
  const rows = messages.map((one) => ({ id: one.message.id, role: one.message.role, json: messageText(one) }));
  expect(messagesIn(rows)).toEqual(messages);
  const before = rows.map((row, index) => ({ ...row, json: JSON.stringify(messages[index]) }));
  expect(messagesIn(before)).toEqual(messages);
});
