import { expect, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { askPerson } from './ask-person.ts';
import { createChat } from './chat.ts';
import { tool, waitFor } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

function office(tools: ToolSet, name: string, input: unknown) {
  const clock = testClock(1_000);
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  const model = scripted([{ calls: [{ name, input }] }, 'Done.']);
  return { chat: createChat({ model, tools }) as unknown as Chat<ToolSet>, conversation, clock, model };
}

test('C3: a model asks a person, and the answer is the result', async () => {
  const { chat, conversation, model } = office({ ask: askPerson() }, 'ask', {
    question: 'Which?',
    choices: ['a', 'b'],
  });
  expect((await recordEvents(chat.stream(conversation))).outline.slice(-2)).toEqual([
    'tool ask: awaiting-input',
    'paused: 1 question',
  ]);
  const saved = Conversation.parse(JSON.stringify(conversation));
  const [call] = chat.waiting(saved).questions;
  expect(call).toMatchObject({ question: 'Which?', schema: { type: 'string', enum: ['a', 'b'] } });
  expect(await chat.decide(saved, call!, { type: 'answer', output: 5 })).toMatchObject({ type: 'invalid' });
  expect(await chat.decide(saved, call!, { type: 'answer', output: 'b' })).toMatchObject({ type: 'applied' });
  expect(await chat.complete(saved)).toMatchObject({ type: 'done' });
  expect(model.heard.at(-1)).toContain('assistant: ask({"question":"Which?","choices":["a","b"]}) → b');
});

test.each([
  [{ question: 'Which?' }, { type: 'string' }],
  [{ question: 'Which?', choices: null }, { type: 'string' }],
  [
    { question: 'Which?', choices: [] },
    { type: 'string', enum: [] },
  ],
])('the question %j is asked', async (input, schema) => {
  const { chat, conversation } = office({ ask: askPerson('Ask the boss.') }, 'ask', input);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  expect(chat.waiting(conversation).questions).toMatchObject([{ schema }]);
});

test.each([
  [{}, 'question: is not text'],
  ['Which?', 'question: is not text'],
  [{ question: 5 }, 'question: is not text'],
  [{ question: 'Which?', choices: 'a' }, 'choices: is not a list of texts'],
  [{ question: 'Which?', choices: [1] }, 'choices: is not a list of texts'],
])('the question %j goes back to the model', async (input, problem) => {
  const { chat, conversation, model } = office(
    { ask: askPerson() },
    'ask',
    typeof input === 'string' ? JSON.stringify(input) : input,
  );
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(model.heard.at(-1)?.at(-1)).toContain(problem);
});

test('askPerson describes itself', async () => {
  const { chat, conversation, model } = office({ ask: askPerson('Ask the boss.') }, 'ask', { question: 'Which?' });
  await chat.complete(conversation);
  const properties = {
    question: { type: 'string', description: 'The question, in full' },
    choices: { type: 'array', items: { type: 'string' }, description: 'The possible answers, if there are only some' },
  };
  expect(model.requests[0]?.tools).toEqual([
    {
      name: 'ask',
      description: 'Ask the boss.',
      inputSchema: { type: 'object', properties, required: ['question'], additionalProperties: false },
    },
  ]);
});

test('C3: a tool asks in the middle of its work, and goes on with the answer and with what it kept', async () => {
  const seen: unknown[] = [];
  const book = tool({
    description: 'Book',
    policy: 'allow',
    answer: z.object({ seat: z.string() }),
    run: (_, { answer, state, call }) => {
      seen.push([answer, state, call.attempt?.number]);
      return answer ? `seat ${answer.seat}` : waitFor({ question: 'Which seat?', state: { held: 3 } });
    },
  });
  const { chat, conversation } = office({ book }, 'book', {});
  await chat.complete(conversation);
  const [call] = chat.waiting(conversation).questions;
  expect(call).toMatchObject({ question: 'Which seat?', schema: { type: 'object' }, data: { held: 3 } });
  await chat.decide(conversation, call!, { type: 'answer', output: { seat: '4A' } }, { by: 'ann' });
  await chat.complete(conversation);
  expect(seen).toEqual([
    [undefined, undefined, 1],
    [{ seat: '4A' }, { held: 3 }, 2],
  ]);
  expect(conversation.findCall(call!.id)).toMatchObject({ state: 'completed', output: 'seat 4A' });
});

test('C3: a question without anything kept is answered without it, may be refused, and may come to its end', async () => {
  const ask = tool({
    description: 'Ask',
    policy: 'allow',
    run: (_, context) =>
      'state' in context && context.state !== undefined
        ? 'state'
        : (context.answer ?? waitFor({ question: 'Well?', expiresIn: 500 })),
  });
  const answered = office({ ask }, 'ask', {});
  await answered.chat.complete(answered.conversation);
  const [call] = answered.chat.waiting(answered.conversation).questions;
  expect(call).toMatchObject({ expiresAt: 1_500 });
  expect([call && 'schema' in call, call && 'data' in call]).toEqual([false, false]);
  await answered.chat.decide(answered.conversation, call!, { type: 'answer', output: 'yes' });
  await answered.chat.complete(answered.conversation);
  expect(answered.conversation.findCall(call!.id)).toMatchObject({ state: 'completed', output: 'yes' });

  const refused = office({ ask }, 'ask', {});
  await refused.chat.complete(refused.conversation);
  await refused.chat.decide(refused.conversation, refused.chat.waiting(refused.conversation).questions[0]!, {
    type: 'reject',
    reason: 'ask me later',
  });
  await refused.chat.complete(refused.conversation);
  expect(refused.model.heard.at(-1)?.at(-1)).toContain('a person rejected it: ask me later');

  const late = office({ ask }, 'ask', {});
  await late.chat.complete(late.conversation);
  late.clock.set(1_500);
  expect((await recordEvents(late.chat.stream(late.conversation))).outline[0]).toBe('tool ask: denied');
});

test('what a question wants to keep has to be JSON', async () => {
  const ask = tool({
    description: 'Ask',
    policy: 'allow',
    run: () => waitFor({ question: 'Well?', state: 5n as never }),
  });
  const { chat, conversation } = office({ ask }, 'ask', {});
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', inDoubt: [expect.any(String)] });
});

test('what runs elsewhere is waited for as long as the tool says', async () => {
  const locate = tool({ description: 'Locate', effect: 'read', expiresIn: 500 });
  const { chat, conversation, clock } = office({ locate }, 'locate', {});
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', external: [expect.any(String)] });
  expect(chat.waiting(conversation).external).toMatchObject([{ expiresAt: 1_500 }]);
  clock.set(1_500);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
});

test('C3: a tool may ask again and again, with one key, and each answer comes with what was kept for it', async () => {
  const seen: unknown[] = [];
  const book = tool({
    description: 'Book',
    policy: 'allow',
    effect: 'once',
    answer: z.string(),
    run: (_, { answer, state, call, key }) => {
      seen.push([call.attempt?.number, answer, state, key]);
      if (state === undefined && answer === undefined) return waitFor({ question: 'From?', state: 1 });
      if (state === 1) return waitFor({ question: 'To?', state: { from: answer ?? '' } });
      return state === undefined ? `sure: ${answer}` : waitFor({ question: 'Sure?' });
    },
  });
  const { chat, conversation } = office({ book }, 'book', {});
  for (const [question, output] of [
    ['From?', 'Rome'],
    ['To?', 'Oslo'],
    ['Sure?', 'yes'],
  ] as const) {
    expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', questions: [expect.any(String)] });
    const [call] = chat.waiting(conversation).questions;
    expect(call).toMatchObject({ question });
    await chat.decide(conversation, call!, { type: 'answer', output });
  }
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  const key = expect.stringMatching(/^yc_/) as unknown;
  expect(seen).toEqual([
    [1, undefined, undefined, key],
    [2, 'Rome', 1, key],
    [3, 'Oslo', { from: 'Rome' }, key],
    [4, 'yes', undefined, key],
  ]);
  expect(new Set(seen.map((one) => (one as unknown[])[3])).size).toBe(1);
});

test('C3, D1: an answer to a question that is not asked any more is stale, or tells who was first', async () => {
  const book = tool({
    description: 'Book',
    policy: 'allow',
    run: (_, { answer }) => waitFor({ question: answer === undefined ? 'From?' : 'To?' }),
  });
  const { chat, conversation } = office({ book }, 'book', {});
  await chat.complete(conversation);
  const [from] = chat.waiting(conversation).questions;
  const answer = (output: string, by: string) => chat.decide(conversation, from!, { type: 'answer', output }, { by });
  expect(await answer('Rome', 'ann')).toMatchObject({ type: 'applied' });
  expect(await answer('Oslo', 'bob')).toMatchObject({ type: 'already', earlier: { by: 'ann' } });
  await chat.complete(conversation);
  expect(chat.waiting(conversation).questions).toMatchObject([{ question: 'To?' }]);
  expect(await answer('Oslo', 'bob')).toMatchObject({ type: 'stale' });
});

test('C3, S2: an answer that comes when the time is over is too late, whether or not anybody noticed', async () => {
  const ask = tool({
    description: 'Ask',
    policy: 'allow',
    run: (_, { answer }) => answer ?? waitFor({ question: 'Well?', expiresIn: 500 }),
  });
  const { chat, conversation, clock, model } = office({ ask }, 'ask', {});
  await chat.complete(conversation);
  const [call] = chat.waiting(conversation).questions;
  clock.set(1_500);
  expect(await chat.decide(conversation, call!, { type: 'answer', output: 'yes' })).toMatchObject({ type: 'expired' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(model.heard.at(-1)?.at(-1)).toContain('nobody decided about it in time');
});

test('C3, E1: a tool that dies after its question was answered is in doubt, and keeps the answer for another try', async () => {
  let saved = '';
  const seen: unknown[] = [];
  const book = tool({
    description: 'Book',
    policy: 'allow',
    effect: 'once',
    run: (_, { answer, state, call }) => {
      if (answer === undefined) return waitFor({ question: 'Which seat?', state: { held: 3 } });
      saved ||= JSON.stringify(conversation);
      seen.push([call.attempt?.number, answer, state]);
      return 'booked';
    },
  });
  const { chat, conversation, clock } = office({ book }, 'book', {});
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).questions[0]!, { type: 'answer', output: '4A' });
  await chat.complete(conversation);
  const next = Conversation.parse(saved, { now: clock.now, newId: testIds('next') });
  const after = office({ book }, 'book', {}).chat;
  clock.set(1_000_000);
  expect((await recordEvents(after.stream(next))).outline).toEqual(['tool book: in-doubt', 'paused: 1 in doubt']);
  await after.decide(next, after.waiting(next).inDoubt[0]!, { type: 'run-again' });
  expect((await recordEvents(after.stream(next))).outline.slice(0, 3)).toEqual([
    'tool book: approved',
    'tool book: running',
    'tool book: completed',
  ]);
  expect(seen).toEqual([
    [2, '4A', { held: 3 }],
    [3, '4A', { held: 3 }],
  ]);
});

test('C3, L7: a question gives up its slot, so that others work meanwhile', async () => {
  const ask = tool({
    description: 'Ask',
    policy: 'allow',
    run: (_, { answer }) => answer ?? waitFor({ question: 'Well?' }),
  });
  const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
  const clock = testClock(1_000);
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  const calls = ['ask', 'look', 'ask', 'look'].map((name) => ({ name, input: {} }));
  const chat = createChat({ model: scripted([{ calls }]), tools: { ask, look }, concurrency: 1 });
  const { outline } = await recordEvents(chat.stream(conversation));
  expect(outline.filter((line) => /awaiting-input|completed|paused/.test(line))).toEqual([
    'tool ask: awaiting-input',
    'tool look: completed',
    'tool ask: awaiting-input',
    'tool look: completed',
    'paused: 2 questions',
  ]);
});

test('C3: what a tool emits before its question stands before it, and is committed no later', async () => {
  const ask = tool({
    description: 'Ask',
    policy: 'allow',
    run: (_, { answer, emit, progress }) => {
      if (answer !== undefined) return answer;
      emit('seats', ['4A', '4B']);
      progress('asking');
      return waitFor({ question: 'Which?' });
    },
  });
  const { chat, conversation } = office({ ask }, 'ask', {});
  const committed: string[] = [];
  const { outline } = await recordEvents(
    chat.stream(conversation, {
      commit: (events) =>
        void committed.push(...events.map((event) => ('call' in event ? event.call.state : event.type))),
    }),
  );
  expect(outline.filter((line) => /data|awaiting|progress/.test(line))).toEqual([
    'tool-progress ask: "asking"',
    'data',
    'tool ask: awaiting-input',
  ]);
  expect(committed.slice(-3)).toEqual(['data', 'awaiting-input', 'paused']);
  expect(conversation.messages[1]!.parts[1]).toEqual({ type: 'data', name: 'seats', data: ['4A', '4B'], tool: 'ask' });
});
