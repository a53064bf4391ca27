import { afterEach, expect, test, vi } from 'vitest';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { Message } from '../conversation/message.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';

afterEach(() => void vi.useRealTimers());

function said(): Conversation {
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  return conversation;
}

const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const find = tool({ description: 'Find', effect: 'read', run: () => 'found' });
const pay = tool({ description: 'Pay', run: () => 'paid' });
const calling = (name: string) => ({ calls: [{ name, input: {} }] });

test('L7: `before` is asked once in each run, gives to its requests alone, and what it gives stands before the last word', async () => {
  const note: Message = { id: 'note', role: 'user', parts: [{ type: 'text', text: 'It is Monday.' }], at: 0 };
  const model = scripted([calling('look'), calling('pay'), 'Done.']);
  let asked = 0;
  const chat = createChat({
    model,
    tools: { look, pay },
    instructions: 'Be brief.',
    before: ({ conversation, signal }) => {
      asked += 1;
      expect([conversation.messages.length > 0, signal.aborted]).toEqual([true, false]);
      return { messages: [note], instructions: `Time ${asked}.` };
    },
  });
  const conversation = said();
  await chat.complete(conversation);
  expect(model.requests.map(({ instructions }) => instructions)).toEqual([
    'Be brief.\n\nTime 1.',
    'Be brief.\n\nTime 1.',
  ]);
  expect(model.heard).toEqual([
    ['user: It is Monday.', 'user: Hi'],
    ['user: It is Monday.', 'user: Hi', 'assistant: look({}) → found'],
  ]);
  expect(JSON.stringify(conversation)).not.toContain('Monday');
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  await chat.complete(conversation);
  expect([asked, model.requests.at(-1)?.instructions]).toEqual([2, 'Be brief.\n\nTime 2.']);
});

test.each([
  ['the chat alone', 'Chat.', undefined, undefined, 'Chat.'],
  ['`before` alone', undefined, 'Before.', undefined, 'Before.'],
  ['the step in place of the chat', 'Chat.', 'Before.', 'Step.', 'Step.\n\nBefore.'],
  ['nobody', undefined, undefined, undefined, undefined],
])('instructions of %s', async (_, chatSays, beforeSays, stepSays, told) => {
  const model = scripted(['Done.']);
  const chat = createChat({
    model,
    ...(chatSays && { instructions: () => Promise.resolve(chatSays) }),
    before: () => (beforeSays ? { instructions: beforeSays } : undefined),
    step: () => (stepSays ? { instructions: stepSays } : {}),
  });
  await chat.complete(said());
  expect(model.requests[0]?.instructions).toBe(told);
  expect('instructions' in model.requests[0]!).toBe(told !== undefined);
});

test('`step` changes one model call: its model, its tools, its settings, what it sees', async () => {
  const asked: unknown[] = [];
  const other = scripted(['Done.']);
  const model = scripted([calling('look')]);
  const chat = createChat({
    model,
    tools: { look, find },
    settings: { temperature: 1, topP: 0.5 },
    step: ({ number, usage, conversation }) => {
      asked.push([number, usage.input, conversation.messages.length]);
      if (number === 1) return { tools: ['look'], toolChoice: { tool: 'look' } };
      return { model: other, settings: { temperature: 0 }, view: (messages) => messages.slice(1) };
    },
  });
  await chat.complete(said());
  expect(asked).toEqual([
    [1, 0, 1],
    [2, 10, 2],
  ]);
  const [first] = model.requests;
  const [second] = other.requests;
  expect(first?.tools.map(({ name }) => name)).toEqual(['look']);
  expect(first?.settings).toEqual({ temperature: 1, topP: 0.5, toolChoice: { tool: 'look' } });
  expect(second?.tools.map(({ name }) => name)).toEqual(['look', 'find']);
  expect(second?.settings).toEqual({ temperature: 0, topP: 0.5 });
  expect(other.heard).toEqual([['assistant: look({}) → found']]);
});

test('`step` ends a run without a model call', async () => {
  const model = scripted([calling('look')]);
  const chat = createChat({ model, tools: { look }, step: ({ number }) => ({ stop: number === 2 }) });
  expect(await chat.complete(said())).toMatchObject({ type: 'done', finish: 'stop', text: '' });
  expect(model.requests).toHaveLength(1);
});

test('`after` is told before `done`, and before no other end', async () => {
  const told: unknown[] = [];
  const after = (conversation: Conversation, usage: { input: number }): void =>
    void told.push([conversation.messages.length, usage.input]);
  const chat = createChat({ model: scripted([calling('pay'), 'Paid.']), tools: { pay }, after });
  const conversation = said();
  await chat.complete(conversation);
  expect(told).toEqual([]);
  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  await chat.complete(conversation);
  expect(told).toEqual([[3, 20]]);
});

test('what somebody says while `after` works is answered in the same run', async () => {
  const chat = createChat({
    model: scripted(['One.', 'Two.']),
    after: (conversation) => {
      if (conversation.messages.length === 2) conversation.say('And?');
    },
  });
  expect(await chat.complete(said())).toMatchObject({ type: 'done', text: 'Two.' });
});

test.each(['before', 'step', 'after'] as const)(
  'a %s that throws or is late fails the run, and the error names it',
  async (name) => {
    const cause = new Error('no database');
    const failing = createChat({
      model: scripted(['Done.']),
      [name]: () => {
        throw cause;
      },
    });
    await expect(failing.complete(said())).rejects.toMatchObject({
      code: 'hook-failed',
      message: `The hook \`${name}\` failed: no database`,
      cause,
    });
    vi.useFakeTimers();
    const late = createChat({ model: scripted(['Done.']), [name]: () => new Promise(() => {}) });
    const run = recordEvents(late.stream(said()));
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await run).toMatchObject({
      error: { code: 'hook-failed', message: expect.stringContaining('more than 10 seconds') },
    });
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('L7: instructions that throw or are late fail the run like a hook, and before the model was asked', async () => {
  const cause = new Error('no database');
  const model = scripted([]);
  const broken = createChat({ model, instructions: () => Promise.reject(cause) });
  const { outline, error } = await recordEvents(broken.stream(said()));
  expect(outline).toEqual(['user: Hi', 'error: hook-failed']);
  expect(error).toMatchObject({ message: 'The hook `instructions` failed: no database', cause });
  vi.useFakeTimers();
  const late = recordEvents(createChat({ model, instructions: () => new Promise(() => {}) }).stream(said()));
  await vi.advanceTimersByTimeAsync(10_001);
  expect((await late).outline.at(-1)).toBe('error: hook-failed');
});

test.each(['view', 'retry'] as const)(
  'L4: a %s that throws fails the run, and the reader is told that the message it had opened is gone',
  async (name) => {
    const cause = new Error('no idea');
    const fail = (): never => {
      throw cause;
    };
    const conversation = said();
    const failure = new ChatError('overloaded', 'Too busy.', { retryable: true });
    const chat = createChat({
      model: scripted([{ error: failure }]),
      ...(name === 'view' ? { step: () => ({ view: fail }) } : { retry: fail }),
    });
    const { events, outline, error } = await recordEvents(chat.stream(conversation));
    expect(outline).toEqual(['user: Hi', 'assistant', 'reset: kept', 'error: hook-failed']);
    expect(error).toMatchObject({ code: 'hook-failed', message: `The hook \`${name}\` failed: no idea`, cause });
    expect(apply([], events)).toEqual(conversation.messages);
  },
);

test.each([
  undefined,
  'all',
  5n,
  {},
  Promise.resolve([]),
  [null],
  [{}],
  [{ role: 'user', content: 'Hi' }],
  [{ role: 'user', parts: 'Hi' }],
  [{ role: 'user', parts: [undefined] }],
])('a view that gives %s instead of messages has failed, and the model is not blamed for it', async (given) => {
  const model = scripted(['Done.']);
  const chat = createChat({ model, step: () => ({ view: () => given as never }) });
  const { outline, error } = await recordEvents(chat.stream(said()));
  expect(outline).toEqual(['user: Hi', 'assistant', 'reset: kept', 'error: hook-failed']);
  expect(error).toMatchObject({ code: 'hook-failed', message: expect.stringContaining('The hook `view` failed: ') });
  expect(model.requests).toEqual([]);
});

test.each(['before', 'step', 'after', 'instructions'] as const)('a stop ends the wait for %s at once', async (name) => {
  const stop = new AbortController();
  const chat = createChat({ model: scripted(['Done.']), [name]: () => new Promise(() => {}) });
  const run = recordEvents(chat.stream(said(), { signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('enough')), 20);
  expect(await run).toMatchObject({ error: new Error('enough') });
});

test('what one call says goes over what the chat says, setting by setting', async () => {
  const model = scripted(['One.', 'Two.', 'Three.', 'Four.']);
  const chat = createChat({ model, settings: { temperature: 1, topP: 0.5, toolChoice: 'auto' } });
  const conversation = said();
  await chat.complete(conversation, {
    settings: { topP: 1 },
    headers: { 'x-a': 'b' },
    providerOptions: { a: { b: 1 } },
  });
  conversation.say('And?');
  await chat.complete(conversation, { toolChoice: 'none' });
  conversation.say('And?');
  await createChat({ model }).complete(conversation);
  conversation.say('And?');
  await chat.complete(conversation, { settings: { seed: 1 } });
  expect(model.requests.map(({ settings }) => settings)).toEqual([
    { temperature: 1, topP: 1, toolChoice: 'auto', headers: { 'x-a': 'b' }, providerOptions: { a: { b: 1 } } },
    { temperature: 1, topP: 0.5, toolChoice: 'none' },
    {},
    { temperature: 1, topP: 0.5, toolChoice: 'auto', seed: 1 },
  ]);
});

test('settings over which no run lays others are one object for all runs, so that wires render them once', async () => {
  for (const given of [{}, { settings: { temperature: 1 } }]) {
    const model = scripted(['One.', 'Two.']);
    const chat = createChat({ model, ...given });
    await chat.complete(said());
    await chat.complete(said());
    const [first, second] = model.requests;
    expect(first?.settings).toBeDefined();
    expect(second?.settings).toBe(first?.settings);
  }
});
