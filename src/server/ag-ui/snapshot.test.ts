import { expect, test } from 'vitest';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { Names } from './names.ts';
import { snapshotOf } from './snapshot.ts';

const call = (standing: Partial<ToolCall>): Part => ({
  type: 'tool',
  call: { id: 'c', name: 'pay', arguments: '{"amount": 5}', revision: 1, ...standing } as ToolCall,
});

/** What a client has of an answer of these parts. */
const told = (...parts: readonly Part[]): unknown =>
  snapshotOf([{ id: 'a', role: 'assistant', parts, at: 0 }], new Names('t', []));

test('thoughts and results are messages of their own, around what the model said and called', () => {
  const parts = [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'I ' },
    { type: 'text', text: 'pay.' },
    call({ state: 'completed', output: { paid: 5 }, input: { amount: 5, currency: 'EUR' } }),
  ] as const;
  expect(told(...parts)).toEqual([
    { id: 'a.0', role: 'reasoning', content: 'Hm.' },
    {
      id: 'a',
      role: 'assistant',
      content: 'I pay.',
      toolCalls: [{ id: 'c', type: 'function', function: { name: 'pay', arguments: '{"amount":5,"currency":"EUR"}' } }],
    },
    { id: 'c.result', role: 'tool', toolCallId: 'c', content: '{"paid":5}', metadata: { state: 'completed' } },
  ]);
});

test('what went wrong with a call is its error too, in the words that its model is told', () => {
  const [, result] = told(call({ state: 'failed', reason: 'no money', outcome: 'none' })) as readonly unknown[];
  expect(result).toMatchObject({ content: 'The tool failed: no money', error: 'The tool failed: no money' });
});

test.each([[[]], [[{ type: 'reasoning', text: '' }]], [[{ type: 'text', text: '' }]]] as const)(
  'of an answer that says nothing there is nothing: %j',
  (parts) => {
    expect(told(...parts)).toEqual([]);
  },
);

test('arguments that are no JSON are told as they came', () => {
  expect(told(call({ state: 'proposed', arguments: '{"amount":' }))).toMatchObject([
    { toolCalls: [{ function: { arguments: '{"amount":' } }] },
  ]);
});

test('instructions are for nobody, and a word is told as it was said', () => {
  const messages: readonly Message[] = [
    { id: 's', role: 'system', parts: [{ type: 'text', text: 'Be kind.' }], at: 0 },
    { id: 'u', role: 'user', parts: [{ type: 'text', text: 'Pay.' }], at: 0, author: 'ann' },
  ];
  expect(snapshotOf(messages, new Names('t', []))).toEqual([{ id: 'u', role: 'user', content: 'Pay.' }]);
});
