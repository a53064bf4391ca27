import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';
import { ChatError } from './error.ts';

const message = { id: 'a', role: 'user', parts: [], at: 1 };
const call = { id: 'c', name: 'look', arguments: '{}', revision: 1, state: 'proposed' };
const attempt = { number: 1, startedAt: 1, deadline: 2 };
const run = {
  steps: 0,
  usage: { input: 0, output: 0, cachedInput: 0, reasoning: 0, unreported: 0, unreportedLength: 0 },
};

function holding(part: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { format: 1, id: 't', messages: [{ ...message, parts: [part] }], run, ...more };
}

function calling(facts: Record<string, unknown>): Record<string, unknown> {
  return holding({ type: 'tool', call: { ...call, ...facts } });
}

test.each<[string, unknown]>([
  ['`id` is missing', { format: 1, id: '', messages: [] }],
  ['`format` is missing', { format: 1.5, id: 't', messages: [] }],
  ['messages[0] is not an object', { format: 1, id: 't', messages: ['Hi'] }],
  ['messages[0].id is not text', { format: 1, id: 't', messages: [{ ...message, id: 5 }] }],
  ['messages[0].at is not a time', { format: 1, id: 't', messages: [{ ...message, at: 'now' }] }],
  ['messages[0].parts is not a list', { format: 1, id: 't', messages: [{ ...message, parts: {} }] }],
  ['messages[0].parts[0].type is missing', holding('Hi')],
  ['messages[0].parts[0].type is missing', holding({ type: 5 })],
  ['messages[0].parts[0].text is not text', holding({ type: 'reasoning', text: 5 })],
  ['messages[0].parts[0].source is missing', holding({ type: 'file', mediaType: 'text/plain' })],
  ['messages[0].parts[0].call is not an object', holding({ type: 'tool' })],
  ['messages[0].parts[0].call.id is not text', calling({ id: 5 })],
  ['messages[0].parts[0].call.name is not text', calling({ name: undefined })],
  ['messages[0].parts[0].call.arguments is not text', calling({ arguments: {} })],
  ['messages[0].parts[0].call.state is not text', calling({ state: null })],
  ['messages[0].parts[0].call.state "toString" is not a state', calling({ state: 'toString' })],
  ['messages[0].parts[0].call.id "a" stands twice', calling({ id: 'a' })],
  ['messages[0].parts[0].call.revision is not a whole number', calling({ revision: 1.5 })],
  ['messages[0].parts[0].call.decisions is not a list', calling({ decisions: {} })],
  ['messages[0].parts[0].call.attempt is missing', calling({ state: 'running' })],
  ['messages[0].parts[0].call.attempt is missing', calling({ state: 'running', attempt: { number: 1, startedAt: 1 } })],
  ['`run` is not a run', holding({ type: 'text', text: 'Hi' }, { run: 5 })],
  ['`run` is not a run', holding({ type: 'text', text: 'Hi' }, { run: { ...run, steps: 0.5 } })],
  ['`run` is not a run', holding({ type: 'text', text: 'Hi' }, { run: { steps: 1 } })],
  [
    'run.usage.output is not a number',
    holding({ type: 'text', text: 'Hi' }, { run: { steps: 1, usage: { input: 1 } } }),
  ],
])('%s: a stored conversation that is wrong is refused', (problem, json) => {
  for (const stored of [json, JSON.stringify(json)]) {
    expect(() => Conversation.parse(stored)).toThrow(`Reading a conversation: ${problem}`);
    expect(() => Conversation.parse(stored)).toThrow(ChatError);
  }
});

test('two calls of one id are refused, wherever they stand', () => {
  const part = { type: 'tool', call };
  const json = { format: 1, id: 't', messages: [{ ...message, parts: [part, part] }], run };
  expect(() => Conversation.parse(json)).toThrow('messages[0].parts[1].call.id "c" stands twice');
  const two = {
    format: 1,
    id: 't',
    messages: [
      { ...message, parts: [part] },
      { ...message, id: 'c' },
    ],
    run,
  };
  expect(() => Conversation.parse(two)).toThrow('messages[1].id "c" stands twice');
});

test('what is right is read: files, running calls, decisions, and a conversation without a run', () => {
  const file = { type: 'file', mediaType: 'text/plain', source: { type: 'url', url: 'https://a.b' } };
  expect(Conversation.parse(holding(file)).messages[0]?.parts).toEqual([file]);
  const running = calling({ state: 'running', attempt, decisions: [] });
  expect(Conversation.parse(running).findCall('c')).toMatchObject({ state: 'running', attempt });
  const { run: _, ...without } = holding({ type: 'text', text: 'Hi' });
  expect(Conversation.parse(without).run).toEqual(run);
  expect(Conversation.parse(holding(file, { run: { ...run, steps: 3 } })).run.steps).toBe(3);
});

test('W3: what its provider runs by itself has no attempt here', () => {
  const running = calling({ state: 'running', providerExecuted: true });
  expect(Conversation.parse(running).findCall('c')).toMatchObject({ state: 'running', providerExecuted: true });
});
