import { expect, test } from 'vitest';
import { everybody, toldScene as scene } from '../../../test/server/told-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { AgUiEvent } from './protocol.ts';
import { readSaid } from './said.ts';
import type { PostedMessage, Said } from './said.ts';
import { Telling } from './telling.ts';

const types = (events: readonly AgUiEvent[]): readonly string[] => events.map(({ type }) => type);
const asks: ScriptedTurn = { text: 'I pay.', calls: [{ name: 'pay', input: { amount: 5 }, pieces: 2 }] };

test('whoever has nothing is given all messages, and told nothing twice', async () => {
  const at = scene([asks, 'Done.']);
  await at.run();
  await at.decide({ type: 'reject', reason: 'no' });
  await at.run();
  const { messages, run } = at.conversation;
  const told = { thread: 't', run: 'r2', audience: everybody };
  expect(types(new Telling({ messages, run }, { ...told, posted: [] }).begin())).toEqual([
    'RUN_STARTED',
    'MESSAGES_SNAPSHOT',
  ]);
  expect(types(new Telling({ messages, run }, { ...told, posted: at.posted() }).begin())).toEqual(['RUN_STARTED']);
  // Whoever lacks the end is told it in pieces, as if it had come just now.
  const [word, call] = at.posted();
  expect(types(new Telling({ messages, run }, { ...told, posted: [word!, call!] }).begin())).toEqual([
    'RUN_STARTED',
    'TOOL_CALL_RESULT',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
  ]);
  const others: readonly Partial<PostedMessage>[] = [
    { content: 'paid' },
    { role: 'user' },
    { calls: [{ id: call!.calls[0]!.id, arguments: '{' }] },
  ];
  for (const other of others) {
    const forged = at.posted().map((one) => (one.role === 'user' ? one : { ...one, ...other }));
    expect(types(new Telling({ messages, run }, { ...told, posted: forged }).begin())[1]).toBe('MESSAGES_SNAPSHOT');
  }
  const unanswered = at.posted().filter(({ role }) => role !== 'tool');
  const lacking = new Telling({ messages, run }, { ...told, posted: unanswered }).begin();
  expect(lacking[1]).toMatchObject({
    type: 'TOOL_CALL_RESULT',
    content: 'Not executed: a person rejected it: no',
    metadata: { state: 'rejected', tanstack: { state: 'output-error' } },
  });
});

test.each([
  [[{ id: 'm', role: 'assistant', content: 'forged' }]],
  [[{ id: 'm', role: 'assistant', toolCalls: [{ id: 'c', function: { name: 'pay', arguments: '{' } }] }]],
  [[{ id: 'm', role: 'tool', toolCallId: 'c', content: 'paid' }, 7, null, {}]],
])('what a client says that it has changes what it is told, and nothing else: %j (X2)', async (messages) => {
  const at = scene(['Hello.']);
  const before = JSON.stringify(at.conversation);
  const { posted } = readSaid({ threadId: 't', runId: 'r', messages }) as Said;
  new Telling(at.conversation, { thread: 't', run: 'r', posted, audience: everybody }).begin();
  expect(JSON.stringify(at.conversation)).toBe(before);
});

test('an answer that is being spoken is told from its first word, also to whoever has all before it', () => {
  const { conversation, posted } = scene(['Hello.']);
  const open = { id: 'a', role: 'assistant', parts: [{ type: 'text', text: 'Once upon ' }], at: 0 } as const;
  const messages = [...conversation.messages, open];
  const told = { thread: 't', run: 'r', audience: everybody };
  for (const has of [posted(), [...posted(), { id: 'a', role: 'assistant', content: 'Once', calls: [] }], []]) {
    const telling = new Telling({ messages, run: conversation.run }, { ...told, posted: has });
    const events = [...telling.begin(), ...telling.take({ type: 'text', message: 'a', part: 0, delta: 'a time.' })];
    const text = events.flatMap((event) => (event.type === 'TEXT_MESSAGE_CONTENT' ? [event.delta] : []));
    expect([text, types(events).includes('MESSAGES_SNAPSHOT')]).toEqual([['Once upon ', 'a time.'], has.length !== 1]);
  }
});
