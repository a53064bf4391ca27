import { expect, test } from 'vitest';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { Names } from './names.ts';
import type { AgUiEvent } from './protocol.ts';
import { ToldMessage } from './told-message.ts';

const message = (): ToldMessage => new ToldMessage('a', new Names('t', []));
const short = (events: readonly AgUiEvent[]): readonly string[] =>
  events.map((event) => {
    const id = 'toolCallId' in event ? event.toolCallId : 'messageId' in event ? event.messageId : '';
    return [event.type, id, ...('delta' in event ? [event.delta] : [])].join(' ');
  });
const call: ToolCall = { id: 'c', name: 'pay', arguments: '{}', revision: 1, state: 'awaiting-result' };

test('a thought is begun once, and ended by whatever comes next', () => {
  const told = message();
  expect(short(told.delta('reasoning', 0, 'Hm'))).toEqual([
    'REASONING_START a.0',
    'REASONING_MESSAGE_START a.0',
    'REASONING_MESSAGE_CONTENT a.0 Hm',
  ]);
  expect(short(told.delta('reasoning', 0, '.'))).toEqual(['REASONING_MESSAGE_CONTENT a.0 .']);
  expect(short(told.delta('reasoning', 1, 'So'))).toEqual([
    'REASONING_MESSAGE_END a.0',
    'REASONING_END a.0',
    'REASONING_START a.1',
    'REASONING_MESSAGE_START a.1',
    'REASONING_MESSAGE_CONTENT a.1 So',
  ]);
  expect(short(told.delta('text', 2, 'Yes.'))).toEqual([
    'REASONING_MESSAGE_END a.1',
    'REASONING_END a.1',
    'TEXT_MESSAGE_START a',
    'TEXT_MESSAGE_CONTENT a Yes.',
  ]);
  expect([short(told.delta('text', 2, '')), short(told.close()), short(told.close())]).toEqual([
    [],
    ['TEXT_MESSAGE_END a'],
    [],
  ]);
});

test('arguments end with their call, and are told once', () => {
  const told = message();
  expect(short(told.input('c', 'pay', '{'))).toEqual(['TOOL_CALL_START c', 'TOOL_CALL_ARGS c {']);
  expect(short(told.input('c', 'pay', '}'))).toEqual(['TOOL_CALL_ARGS c }']);
  expect(short(told.call(call))).toEqual(['TOOL_CALL_END c']);
  expect([short(told.input('c', 'pay', '{')), short(told.call(call)), short(told.end())]).toEqual([[], [], []]);
  const settled: ToolCall = { ...call, revision: 2, state: 'completed', output: 'paid' };
  expect([short(told.call(settled)), short(told.call(settled))]).toEqual([['TOOL_CALL_RESULT c'], []]);
});

test('a call whose arguments came whole is told whole, behind the text', () => {
  const told = message();
  told.delta('text', 0, 'I pay.');
  expect(short(told.call(call))).toEqual([
    'TEXT_MESSAGE_END a',
    'TOOL_CALL_START c',
    'TOOL_CALL_ARGS c {}',
    'TOOL_CALL_END c',
  ]);
});

test('arguments that will never be whole are ended all the same: a client takes no end of a run before', () => {
  const told = message();
  told.input('c', 'pay', '{"amo');
  expect([short(told.end()), short(told.end())]).toEqual([['TOOL_CALL_END c'], []]);
});
