import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { Message } from '../conversation/message.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { transcript } from '../testing/transcript.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';
import type { ToolContext } from './tool.ts';
import { dropOldResults, keepLast } from './view.ts';

const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const pay = tool({ description: 'Pay', run: () => 'paid' });
const calling = (...names: readonly string[]) => ({ calls: names.map((name) => ({ name, input: {} })) });

function said(words = 'Go'): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say(words);
  return conversation;
}

test('L7: while a call waits nobody is asked what to add, so nothing can hide it', async () => {
  const asked: string[] = [];
  const chat = createChat({
    model: scripted([calling('pay'), 'Paid.']),
    tools: { pay },
    before: ({ conversation }) => {
      asked.push(`before ${conversation.unsettled.length}`);
      return { messages: [] };
    },
    step: ({ number, conversation }) => {
      asked.push(`step ${number} ${conversation.unsettled.length}`);
      return { view: () => [], stop: number > 2 };
    },
  });
  const conversation = said();
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  conversation.say('Well?');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', approvals: [expect.any(String)] });
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Paid.' });
  // The decision has granted a fresh count of steps.
  expect(asked).toEqual(['before 0', 'step 1 0', 'before 0', 'step 1 0']);
});

test('L7: what `before` gives is asked for again after a restart, and is never in what was saved', async () => {
  const note = (text: string): Message => ({ id: 'note', role: 'user', parts: [{ type: 'text', text }], at: 0 });
  const clock = testClock(1_000);
  const later = tool({
    description: 'Later',
    policy: (_, { due }) => (due ? 'allow' : { defer: new Date(5_000) }),
    run: () => 'done',
  });
  const model = scripted([calling('later'), 'Done.']);
  const chat = createChat({ model, tools: { later }, before: () => ({ messages: [note(`It is ${clock.now()}.`)] }) });
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  await chat.complete(conversation);
  const text = JSON.stringify(conversation);
  clock.set(5_000);
  const loaded = Conversation.parse(text, { now: clock.now, newId: testIds('loaded') });
  const { events } = await recordEvents(chat.stream(loaded));
  expect(model.heard).toEqual([
    ['user: It is 1000.', 'user: Go'],
    ['user: It is 5000.', 'user: Go', 'assistant: later({}) → done'],
  ]);
  for (const kept of [text, JSON.stringify(loaded), JSON.stringify(events)]) expect(kept).not.toContain('It is');
});

test('steps are numbered from the last word of the user, over pauses that no person has ended', async () => {
  const numbers: number[] = [];
  const clock = testClock(1_000);
  const later = tool({
    description: 'Later',
    policy: (_, { due }) => (due ? 'allow' : { defer: new Date(5_000) }),
    run: () => 'done',
  });
  const chat = createChat({
    model: scripted([calling('look'), calling('later'), 'Done.', 'And?']),
    tools: { look, later },
    step: ({ number }) => void numbers.push(number),
  });
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  await chat.complete(conversation);
  clock.set(5_000);
  await chat.complete(conversation);
  conversation.say('And?');
  await chat.complete(conversation);
  expect(numbers).toEqual([1, 2, 3, 1]);
});

test('a view is what the model sees, and nothing but that', async () => {
  const model = scripted([calling('look'), calling('look'), 'Found.', 'Yes.']);
  const views = [keepLast(1), dropOldResults(1), dropOldResults(1), keepLast(1)];
  const chat = createChat({ model, tools: { look }, step: () => ({ view: views[model.requests.length]! }) });
  const conversation = said();
  await chat.complete(conversation);
  conversation.say('Sure?');
  await chat.complete(conversation);
  const old = 'assistant: look({}) → An old result, left out here. Call the tool again if it is needed.';
  const found = 'assistant: look({}) → found';
  expect(model.heard).toEqual([['user: Go'], ['user: Go', found], ['user: Go', old, found], ['user: Sure?']]);
  expect(transcript(conversation.messages)).toEqual([
    'user: Go',
    found,
    found,
    'assistant: Found.',
    'user: Sure?',
    'assistant: Yes.',
  ]);
});

test('what `before` adds stands in what a view leaves, before the last word of the user in it', async () => {
  const model = scripted([calling('look'), 'Found.']);
  const note: Message = { id: 'n', role: 'user', parts: [{ type: 'text', text: 'A note.' }], at: 0 };
  const chat = createChat({
    model,
    tools: { look },
    before: () => ({ messages: [note] }),
    step: ({ number }) => ({
      view: (messages) => (number === 1 ? messages : messages.filter(({ role }) => role !== 'user')),
    }),
  });
  await chat.complete(said());
  expect(model.heard).toEqual([
    ['user: A note.', 'user: Go'],
    ['user: A note.', 'assistant: look({}) → found'],
  ]);
});

test('a step may leave the model no tool, or make it call one, and the next step is as it was', async () => {
  const model = scripted([calling('look'), 'Found.']);
  const chat = createChat({
    model,
    tools: { look, pay },
    settings: { temperature: 1, toolChoice: 'auto' },
    step: ({ number }) =>
      number === 1 ? { tools: ['look'], toolChoice: 'required', settings: { seed: 7 } } : { tools: [] },
  });
  await chat.complete(said(), { settings: { temperature: 0.5 }, headers: { a: 'b' } });
  expect(model.requests.map(({ tools, settings }) => [tools.map(({ name }) => name), settings])).toEqual([
    [['look'], { temperature: 0.5, toolChoice: 'required', headers: { a: 'b' }, seed: 7 }],
    [[], { temperature: 0.5, toolChoice: 'auto', headers: { a: 'b' } }],
  ]);
});

test('a model that was switched is the one that is told of its answer, and stands in the message', async () => {
  const heard: string[] = [];
  const named = (id: string, turn: string | ReturnType<typeof calling>) => ({
    ...scripted([turn]),
    id,
    done: ({ model }: { readonly model: string }) => void heard.push(model),
  });
  const [small, big] = [named('small', calling('look')), named('big', 'Found.')];
  const chat = createChat({
    model: small,
    tools: { look },
    step: ({ number }) => (number === 1 ? undefined : { model: big }),
  });
  const conversation = said();
  await chat.complete(conversation);
  expect(heard).toEqual(['small', 'big']);
  expect(conversation.messages.flatMap(({ model }) => model?.id ?? [])).toEqual(['small', 'big']);
  const other = named('other', 'Yes.');
  conversation.say('Sure?');
  await createChat({ model: small }).complete(conversation, { model: other });
  expect(heard.at(-1)).toBe('other');
});

test('a step that ends the run is done without a word to the model, and the run may go on later', async () => {
  const model = scripted([calling('look'), 'Found.']);
  let stops = true;
  const ended: string[] = [];
  const chat = createChat({
    model,
    tools: { look },
    step: ({ number }) => ({ stop: stops && number === 2 }),
    after: () => void ended.push('after'),
  });
  const conversation = said();
  expect((await recordEvents(chat.stream(conversation))).outline.slice(-2)).toEqual([
    'tool look: completed',
    'done: stop',
  ]);
  expect([ended, model.requests.length]).toEqual([['after'], 1]);
  stops = false;
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Found.' });
});

test('one context reaches instructions, hooks, policies and tools', async () => {
  const seen: string[] = [];
  const see =
    (place: string) =>
    (context: { readonly user: string }): void =>
      void seen.push(`${place} ${context.user}`);
  const mail = tool({
    description: 'Mail',
    policy: (_: unknown, { context }: { context: { user: string } }) => {
      see('policy')(context);
      return 'allow';
    },
    run: (_: unknown, { context }: ToolContext<{ user: string }>) => see('run')(context),
  });
  const model = scripted([calling('mail'), 'Sent.']);
  const chat = createChat({
    model,
    tools: { mail },
    instructions: async ({ user }) => `You work for ${user}.`,
    policy: (_call, context) => {
      see('chat')(context);
      return 'allow';
    },
    before: ({ context }) => see('before')(context),
    step: ({ context }) => see('step')(context),
    after: (_conversation, _usage, { context }) => see('after')(context),
  });
  await chat.complete(said(), { context: { user: 'ann' } });
  expect(seen).toEqual(['before', 'step', 'policy', 'chat', 'run', 'step', 'after'].map((place) => `${place} ann`));
  expect(model.requests.map(({ instructions }) => instructions)).toEqual(['You work for ann.', 'You work for ann.']);
});

test('`after` may say something, and the run goes on; it is asked again before its next end', async () => {
  const asked: number[] = [];
  const chat = createChat({
    model: scripted(['One.', 'Two.', 'Three.']),
    after: (conversation, usage) => {
      asked.push(usage.input);
      if (asked.length < 3) conversation.say('Go on');
    },
  });
  const { outline } = await recordEvents(chat.stream(said()));
  expect(outline.filter((line) => !line.startsWith('step-end'))).toEqual([
    'user: Go',
    'assistant',
    'text: One.',
    'user: Go on',
    'assistant',
    'text: Two.',
    'user: Go on',
    'assistant',
    'text: Three.',
    'done: stop',
  ]);
  // What was spent is counted from the last word of the user.
  expect(asked).toEqual([10, 10, 10]);
});
