import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';

const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const pay = tool({ description: 'Pay', run: () => 'paid' });
const calling = (...names: readonly string[]) => ({ calls: names.map((name) => ({ name, input: {} })) });

function office(turns: readonly ScriptedTurn[], maxSteps: number) {
  const clock = testClock(1_000);
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  const model = scripted(turns);
  const later = tool({
    description: 'Later',
    policy: (_, { due }) => (due ? 'allow' : { defer: new Date(5_000) }),
    run: () => 'done',
  });
  const soon = tool({ description: 'Soon', policy: { ask: { expiresIn: 1_000 } }, run: () => 'done' });
  const chat = createChat({ model, tools: { look, pay, later, soon }, maxSteps });
  return { clock, conversation, model, chat };
}

const limit = { type: 'done', finish: 'step-limit' };

test('L6: one step is one model call; its calls still run, and asking again changes nothing', async () => {
  const { chat, conversation, model } = office([calling('look'), 'Found.'], 1);
  expect((await recordEvents(chat.stream(conversation))).outline.slice(-2)).toEqual([
    'tool look: completed',
    'done: step-limit',
  ]);
  expect((await recordEvents(chat.stream(conversation))).outline).toEqual(['done: step-limit']);
  expect(model.requests).toHaveLength(1);
  expect(await chat.complete(conversation, { continue: true })).toMatchObject({
    finish: 'stop',
    text: 'Found.',
    steps: 2,
  });
});

test('L6: who goes on after the limit has as many steps as before; one call may say how many', async () => {
  const { chat, conversation } = office(
    Array.from({ length: 9 }, () => calling('look')),
    2,
  );
  expect(await chat.complete(conversation)).toMatchObject({ ...limit, steps: 2 });
  expect(await chat.complete(conversation, { continue: true })).toMatchObject({ ...limit, steps: 4 });
  expect(await chat.complete(conversation, { maxSteps: 5 })).toMatchObject({ ...limit, steps: 5 });
  expect(await chat.complete(conversation, { maxSteps: 1, continue: true })).toMatchObject({ ...limit, steps: 6 });
});

test('L6, L2: to go on where nothing is left to do calls nobody', async () => {
  const { chat, conversation, model } = office(['Hello.'], 1);
  await chat.complete(conversation);
  expect(await chat.complete(conversation, { continue: true })).toMatchObject({ finish: 'stop', text: 'Hello.' });
  expect(model.requests).toHaveLength(1);
});

test('L6: steps are counted from the last word of the user, also after a restart', async () => {
  const { chat, conversation } = office([calling('look'), calling('look'), calling('look'), 'Found.'], 2);
  await chat.complete(conversation);
  const loaded = Conversation.parse(JSON.stringify(conversation), { newId: testIds('loaded') });
  expect(await chat.complete(loaded)).toMatchObject({ ...limit, steps: 2 });
  loaded.say('Go on');
  expect(await chat.complete(loaded)).toMatchObject({ finish: 'stop', steps: 2, usage: { input: 20 } });
});

test('L6: what waits for a person comes before the limit, and their decision grants a fresh count', async () => {
  const { chat, conversation } = office([calling('pay'), calling('look'), 'Paid.'], 1);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', steps: 1 });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  expect(await chat.complete(conversation)).toMatchObject({ ...limit, steps: 1 });
  // The steps are fresh, what was spent is not forgotten (rule L5).
  expect(conversation.run.usage).toMatchObject({ input: 20, output: 10 });
});

test('L6: a rejection is a decision too', async () => {
  const { chat, conversation } = office([calling('pay'), 'As you like.'], 1);
  await chat.complete(conversation);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'reject' });
  expect(await chat.complete(conversation)).toMatchObject({ finish: 'stop', text: 'As you like.' });
});

test.each([
  ['a deferral that is over', 'later', 'completed'],
  ['an expiry', 'soon', 'denied'],
])('L6: %s is no decision of a person and grants nothing', async (_, name, state) => {
  const { chat, conversation, clock, model } = office([calling(name)], 1);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  clock.set(5_000);
  const { outline } = await recordEvents(chat.stream(conversation));
  expect(outline.slice(-2)).toEqual([`tool ${name}: ${state}`, 'done: step-limit']);
  expect(model.requests).toHaveLength(1);
});

test('S2: what expires while a tool beside it runs is denied in the same run', async () => {
  const { chat, conversation, clock } = office([calling('soon', 'look'), 'Too late.'], 2);
  const commit = (events: readonly ChatEvent[]): void => {
    if (events.some((event) => event.type === 'tool' && event.call.state === 'completed')) clock.set(5_000);
  };
  const { outline } = await recordEvents(chat.stream(conversation, { commit }));
  expect(outline.filter((line) => line.startsWith('tool soon')).slice(1)).toEqual([
    'tool soon: awaiting-approval',
    'tool soon: denied',
  ]);
  expect(outline.at(-1)).toBe('done: stop');
});

test('L6: neither does a check that finds out what became of a call', async () => {
  const attempt = { number: 1, startedAt: 0, deadline: 10 };
  const facts = { id: 'c', name: 'pay', arguments: '{}', input: {}, revision: 4, effect: 'once' } as const;
  const part = { type: 'tool', call: { ...facts, attempt, state: 'running' } } as const;
  const run = {
    steps: 1,
    usage: { input: 0, output: 0, cachedInput: 0, reasoning: 0, unreported: 0, unreportedLength: 0 },
  };
  const user = { id: 'a', role: 'user', parts: [], at: 0 } as const;
  const answer = { id: 'b', role: 'assistant', parts: [part], at: 0, finish: 'tool-calls' } as const;
  const conversation = new Conversation({ messages: [user, answer], run });
  const checked = tool({ ...pay, effect: 'once', check: () => ({ happened: 'paid' }) });
  const chat = createChat({ model: scripted([]), tools: { pay: checked }, maxSteps: 1 });
  expect(await chat.complete(conversation)).toMatchObject(limit);
});

test('L2, L6: a turn that its provider paused goes on by itself, step by step', async () => {
  const paused = { text: 'Thinking. ', finish: 'pause-turn' } as const;
  const { chat, conversation } = office([paused, paused, 'Done.'], 2);
  expect(await chat.complete(conversation)).toMatchObject({ ...limit, steps: 2 });
  expect(await chat.complete(conversation, { continue: true })).toMatchObject({ finish: 'stop', steps: 3 });
});

test.each(['length', 'content-filter', 'refusal', 'other'] as const)(
  'L2: an answer that ended for %s is the end, and says so each time it is asked',
  async (finish) => {
    const { chat, conversation, model } = office([{ text: 'Well', finish }], 5);
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done', finish, text: 'Well' });
    expect(await chat.complete(conversation)).toMatchObject({ type: 'done', finish, text: 'Well' });
    expect(model.requests).toHaveLength(1);
  },
);

test('what cannot be a number of steps is refused when the chat is made', () => {
  for (const maxSteps of [0, -1, Number.NaN]) {
    expect(() => createChat({ model: scripted([]), maxSteps })).toThrow(`\`maxSteps\` is ${maxSteps}`);
  }
});
