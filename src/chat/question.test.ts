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
  [{}, 'question is not text'],
  ['Which?', 'question is not text'],
  [{ question: 5 }, 'question is not text'],
  [{ question: 'Which?', choices: 'a' }, 'choices is not a list of texts'],
  [{ question: 'Which?', choices: [1] }, 'choices is not a list of texts'],
])('the question %j goes back to the model', async (input, problem) => {
  const { chat, conversation, model } = office(
    { ask: askPerson() },
    'ask',
    typeof input === 'string' ? JSON.stringify(input) : input,
  );
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  const told = model.heard.at(-1)?.at(-1);
  for (const word of problem.split(' ')) expect(told).toContain(word);
});

test('askPerson describes itself', async () => {
  const { chat, conversation, model } = office({ ask: askPerson('Ask the boss.') }, 'ask', { question: 'Which?' });
  await chat.complete(conversation);
  expect(model.requests[0]?.tools).toMatchObject([
    { name: 'ask', description: 'Ask the boss.', inputSchema: { type: 'object', required: ['question'] } },
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
