import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from './record-events.ts';
import { scripted } from './scripted.ts';
import { testIds } from './test-ids.ts';

const pay = tool({ description: 'Pay', input: z.object({ amount: z.number() }), policy: 'allow', run: () => 'Paid.' });

function said(words = 'Hi'): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say(words);
  return conversation;
}

test('a script plays reasoning, text and calls, and remembers what it was told', async () => {
  const model = scripted([
    { reasoning: 'He wants it.', text: 'I pay.', calls: [{ name: 'pay', input: { amount: 5 }, pieces: 3 }] },
    'Done.',
  ]);
  const { outline } = await recordEvents(createChat({ model, tools: { pay } }).stream(said('Pay 5')));
  expect(outline).toEqual([
    'user: Pay 5',
    'assistant',
    'reasoning: He wants it.',
    'text: I pay.',
    'tool-input pay: {"amount":5}',
    'tool pay: proposed',
    'step-end: tool-calls',
    'tool pay: approved',
    'tool pay: running',
    'tool pay: completed',
    'assistant',
    'text: Done.',
    'step-end: stop',
    'done: stop',
  ]);
  expect(model.heard).toEqual([
    ['user: Pay 5'],
    ['user: Pay 5', 'assistant: (He wants it.)', 'assistant: I pay.', 'assistant: pay({"amount":5}) → Paid.'],
  ]);
  model.allPlayed();
});

test('a turn that was not played fails the test at the end of its block', () => {
  expect(() => {
    using _model = scripted(['Hello.']);
  }).toThrow('Of 1 scripted turns only 0 were played.');
});

test('a script that is asked once too often says so', async () => {
  const chat = createChat({ model: scripted(['Hello.']) });
  const conversation = said();
  await chat.complete(conversation);
  conversation.say('And?');
  const { error } = await recordEvents(chat.stream(conversation));
  expect(error).toMatchObject({ message: 'The script has 1 turns, and was asked for one more.' });
});

test('a turn throws after some events, and what had come is kept', async () => {
  const model = scripted([{ text: 'So far', error: new Error('the line was cut') }]);
  const { outline, error } = await recordEvents(createChat({ model }).stream(said()));
  expect(outline).toEqual(['user: Hi', 'assistant', 'text: So far', 'reset: kept', 'error: provider']);
  expect(error).toMatchObject({ message: 'the line was cut' });
});

test('a turn waits for a promise of the test', async () => {
  const gate = Promise.withResolvers<void>();
  const model = scripted([
    {
      events: [
        [
          { type: 'text', delta: 'one ' },
          { type: 'text', delta: 'two ' },
        ],
        gate.promise,
        { type: 'finish', reason: 'stop' },
      ],
    },
  ]);
  const conversation = said();
  const run = createChat({ model }).complete(conversation);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(conversation.messages.at(-1)?.finish).toBeUndefined();
  gate.resolve();
  expect(await run).toMatchObject({ type: 'done', text: 'one two ' });
});

test('a turn may be a function of the request, async too', async () => {
  const model = scripted([async ({ messages }) => `You said ${messages.length} thing.`]);
  expect(await createChat({ model }).complete(said())).toMatchObject({ text: 'You said 1 thing.' });
});

test.each([
  ['a delay', { text: 'one two', delay: 60_000 }],
  ['a promise', { events: [new Promise(() => {})] }],
  ['a function', () => new Promise<string>(() => {})],
])('a stop ends %s at once', async (_, turn) => {
  const stop = new AbortController();
  const run = recordEvents(createChat({ model: scripted([turn]) }).stream(said(), { signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('enough')), 5);
  expect(await run).toMatchObject({ error: new Error('enough') });
});

test('by its answers, a script says the same again after a cut, and in another process', async () => {
  const model = scripted(['One.', 'Two.'], { turnBy: 'answers' });
  const chat = createChat({ model });
  const conversation = said();
  for await (const event of chat.stream(conversation)) if (event.type === 'text') break;
  expect(await chat.complete(conversation)).toMatchObject({ text: 'One.' });
  const copy = Conversation.parse(JSON.stringify(conversation));
  copy.say('And?');
  expect(() => model.allPlayed()).toThrow('Of 2 scripted turns only 1 were played.');
  expect(await createChat({ model }).complete(copy)).toMatchObject({ text: 'Two.' });
  model.allPlayed();
});

test('a call without an input has no arguments', async () => {
  const run = (): string => 'Seen.';
  const look = tool({ description: 'Looks', effect: 'read', run });
  using model = scripted([{ calls: [{ name: 'look' }] }, 'Done.']);
  const conversation = new Conversation();
  conversation.say('Look.');
  await createChat({ model, tools: { look } }).complete(conversation);
  expect(model.heard[1]).toEqual(['user: Look.', 'assistant: look({}) → Seen.']);
});
