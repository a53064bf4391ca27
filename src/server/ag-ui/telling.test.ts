import { expect, test } from 'vitest';
import { everybody, toldScene as scene } from '../../../test/server/told-scene.ts';
import type { ScriptedTurn } from '../../testing/scripted-turn.ts';
import type { AgUiEvent } from './protocol.ts';
import { Telling } from './telling.ts';

const types = (events: readonly AgUiEvent[]): readonly string[] => events.map(({ type }) => type);
const asks: ScriptedTurn = { text: 'I pay.', calls: [{ name: 'pay', input: { amount: 5 }, pieces: 2 }] };

test('a plain run: a thought and a text, each begun and ended once', async () => {
  const events = await scene([{ reasoning: 'Greet.', text: 'Hello.' }]).run();
  const [thought, id] = ['REASONING_START', 'TEXT_MESSAGE_START'].map(
    (name) => (events.find(({ type }) => type === name) as { messageId: string }).messageId,
  );
  expect(thought).toBe(`${id}.0`);
  expect(events).toEqual([
    { type: 'RUN_STARTED', threadId: 't', runId: 'r1', protocolVersion: '1.0' },
    { type: 'REASONING_START', messageId: thought },
    { type: 'REASONING_MESSAGE_START', messageId: thought, role: 'reasoning' },
    { type: 'REASONING_MESSAGE_CONTENT', messageId: thought, delta: 'Greet.' },
    { type: 'REASONING_MESSAGE_END', messageId: thought },
    { type: 'REASONING_END', messageId: thought },
    { type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: id, delta: 'Hello.' },
    { type: 'TEXT_MESSAGE_END', messageId: id },
    { type: 'RUN_FINISHED', threadId: 't', runId: 'r1', outcome: { type: 'success' }, usage: usageOf(1) },
  ]);
});

/** What so many calls of the scripted model cost. */
const usageOf = (calls: number): readonly object[] => [
  {
    provider: 'scripted',
    model: 'script',
    inputTokens: 10 * calls,
    outputTokens: 5 * calls,
    totalTokens: 15 * calls,
    reasoningTokens: 0,
    cachedInputTokens: 0,
  },
];

test('a run says what its model calls cost, and not what those before a pause did', async () => {
  const at = scene([asks, asks, 'Done.'], ({ amount }) =>
    at.conversation.messages.length > 2 || amount > 5 ? 'allow' : 'ask',
  );
  expect((await at.run()).at(-1)).toMatchObject({ usage: usageOf(1) });
  await at.decide({ type: 'approve' });
  expect((await at.run()).at(-1)).toMatchObject({ usage: usageOf(2) });
});

test('a pause ends the stream with all messages and the question; the next run tells the result alone', async () => {
  const at = scene([asks, 'Done.'], { ask: { reason: 'money', risk: 'money' } });
  const paused = await at.run();
  expect(types(paused)).toEqual([
    'RUN_STARTED',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'TOOL_CALL_START',
    'TOOL_CALL_ARGS',
    'TOOL_CALL_ARGS',
    'TOOL_CALL_END',
    'MESSAGES_SNAPSHOT',
    'RUN_FINISHED',
  ]);
  const call = at.conversation.unsettled[0]!.id;
  const snapshot = paused.at(-2) as AgUiEvent & { type: 'MESSAGES_SNAPSHOT' };
  // What is shown is what would run, with what the schema has added.
  expect(snapshot.messages.at(-1)).toMatchObject({
    content: 'I pay.',
    toolCalls: [{ id: call, function: { name: 'pay', arguments: '{"amount":5,"currency":"EUR"}' } }],
  });
  await at.decide({ type: 'approve' });
  const resumed = await at.run();
  expect(types(resumed)).toEqual([
    'RUN_STARTED',
    'CUSTOM',
    'TOOL_CALL_RESULT',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'RUN_FINISHED',
  ]);
  expect(resumed.slice(1, 3)).toEqual([
    { type: 'CUSTOM', name: 'yourcall:progress', value: { toolCallId: call, toolName: 'pay', progress: 'half' } },
    {
      type: 'TOOL_CALL_RESULT',
      messageId: `${call}.result`,
      toolCallId: call,
      content: 'paid 5',
      role: 'tool',
      metadata: { state: 'completed' },
    },
  ]);
});

test('an edit is shown before its result: the client is given all messages', async () => {
  const at = scene([asks, 'Done.']);
  await at.run();
  const shown = at.posted();
  await at.decide({ type: 'approve', input: { amount: 7 } as never });
  const events = await at.run(shown);
  expect(types(events).slice(0, 4)).toEqual(['RUN_STARTED', 'MESSAGES_SNAPSHOT', 'CUSTOM', 'TOOL_CALL_RESULT']);
  expect(JSON.stringify(events[1])).toContain(String.raw`{\"amount\":7,\"currency\":\"EUR\"}`);
  expect(events[3]).toMatchObject({ content: 'paid 7' });
});

test('an edit that is made elsewhere, while a client is told something else, is shown by all messages', async () => {
  const at = scene([asks]);
  await at.run();
  const call = at.conversation.unsettled[0]!;
  const { messages, run } = at.conversation;
  const telling = new Telling({ messages, run }, { thread: 't', run: 'r', posted: at.posted(), audience: everybody });
  telling.begin();
  const moved = { id: call.id, name: 'pay', revision: call.revision + 1, state: 'awaiting-approval' } as const;
  expect(telling.take({ type: 'tool', call: moved })).toEqual([]);
  const edited = telling.take({ type: 'tool', call: { ...moved, revision: call.revision + 2, input: { amount: 7 } } });
  expect(types(edited)).toEqual(['MESSAGES_SNAPSHOT']);
  expect(JSON.stringify(edited)).toContain(String.raw`{\"amount\":7}`);
});

test('an answer that broke and was asked for again is withdrawn by all messages', async () => {
  const broken: ScriptedTurn = { events: [{ type: 'text', delta: 'Half' }] };
  const events = await scene([broken, 'Whole.']).run();
  expect(types(events)).toEqual([
    'RUN_STARTED',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'MESSAGES_SNAPSHOT',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'RUN_FINISHED',
  ]);
  expect(events[4]).toMatchObject({ messages: [{ role: 'user' }] });
  // What has come since belongs to what a person is asked.
  const asked = await scene([broken, asks]).run();
  expect(asked.at(-2)).toMatchObject({ type: 'MESSAGES_SNAPSHOT', messages: [{}, { content: 'I pay.' }] });
});

test('what an answer holds beside words is told under our own name', async () => {
  const events = await scene([{ calls: [{ name: 'pay', input: { amount: 99 } }] }, 'Done.'], 'allow').run();
  expect(events.filter(({ type }) => type === 'CUSTOM')).toMatchObject([
    { name: 'yourcall:progress' },
    { name: 'yourcall:data', value: { name: 'note', data: 'halfway' } },
  ]);
});

test('what somebody says elsewhere meanwhile is told as theirs, between the words of the model', () => {
  const { conversation, posted } = scene(['Hello.']);
  const open = { id: 'a', role: 'assistant', parts: [], at: 0 } as const;
  const { run } = conversation;
  const telling = new Telling(
    { messages: [...conversation.messages, open], run },
    { thread: 't', run: 'r', posted: posted(), audience: everybody },
  );
  const word = { id: 'w', role: 'user', parts: [{ type: 'text', text: 'And I?' }], at: 0 } as const;
  const delta = { type: 'text', message: 'a', part: 0 } as const;
  telling.begin();
  const events = [
    ...telling.take({ ...delta, delta: 'Once ' }),
    ...telling.take({ type: 'message', message: word }),
    ...telling.take({ ...delta, delta: 'upon' }),
  ];
  expect(events.map((event) => ('messageId' in event ? [event.type, event.messageId] : []))).toEqual([
    ['TEXT_MESSAGE_START', 'a'],
    ['TEXT_MESSAGE_CONTENT', 'a'],
    ['TEXT_MESSAGE_END', 'a'],
    ['TEXT_MESSAGE_START', 'w'],
    ['TEXT_MESSAGE_CONTENT', 'w'],
    ['TEXT_MESSAGE_END', 'w'],
    ['TEXT_MESSAGE_START', 'a'],
    ['TEXT_MESSAGE_CONTENT', 'a'],
  ]);
  // Told once more, as after a gap in the log, it is nothing new; what is shorter now has to be told anew.
  expect(telling.take({ type: 'message', message: word })).toEqual([]);
  const shorter = { ...open, parts: [{ type: 'text', text: 'Once' }] } as const;
  expect(types(telling.take({ type: 'message', message: shorter }))).toEqual([
    'TEXT_MESSAGE_END',
    'MESSAGES_SNAPSHOT',
    'TEXT_MESSAGE_START',
    'TEXT_MESSAGE_CONTENT',
  ]);
});
