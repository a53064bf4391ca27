import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import type { TestClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { toolStarts } from '../testing/tool-starts.ts';
import type { ToolStarts } from '../testing/tool-starts.ts';
import { createChat } from './chat.ts';
import { toolEngine } from './tool-engine.ts';
import { tool } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

// Loaded here, since timers that stand still do not wait for a file.
beforeAll(async () => void (await toolEngine()));
afterEach(() => void vi.useRealTimers());

interface Bank {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  readonly clock: TestClock;
  readonly starts: ToolStarts;
  readonly errors: unknown[];
}

const attempt = { number: 1, startedAt: 0, deadline: 10_000 };

/** A conversation whose payment was running when its process died, and a bank that is asked what became of it. */
function bank(check: (about: { input: unknown; key: string }) => unknown): Bank {
  const clock = testClock(1_000);
  const starts = toolStarts();
  const errors: unknown[] = [];
  const pay = tool({
    description: 'Pay',
    input: z.object({ amount: z.number() }),
    output: z.object({ receipt: z.number() }),
    effect: 'once',
    present: ({ receipt }) => `Receipt ${receipt}.`,
    check: (input, { key }) => check({ input, key }) as 'unknown',
    run: () => ({ receipt: 2 }),
  });
  const facts = {
    id: 'c',
    name: 'pay',
    arguments: '{"amount":5}',
    input: { amount: 5 },
    revision: 4,
    effect: 'once',
  } as const;
  const part = { type: 'tool', call: { ...facts, attempt, state: 'running' } } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [part], at: 0, finish: 'tool-calls' },
  ] as const;
  const conversation = new Conversation({ id: 'talk', messages, now: clock.now, newId: testIds() });
  const options = {
    model: scripted(['Done.']),
    tools: starts.watch({ pay }),
    onError: (error: unknown) => void errors.push(error),
  };
  return { chat: createChat(options) as unknown as Chat<ToolSet>, conversation, clock, starts, errors };
}

test('E2: what a check knows to have happened settles the call, also before the deadline', async () => {
  const asked: unknown[] = [];
  const { chat, conversation, starts } = bank((about) => {
    asked.push(about);
    return { happened: { receipt: 1 } };
  });
  const { outline } = await recordEvents(chat.stream(conversation));
  expect(outline.slice(0, 2)).toEqual(['tool pay: in-doubt', 'tool pay: completed']);
  expect(conversation.findCall('c')).toMatchObject({
    state: 'completed',
    output: { receipt: 1 },
    content: [{ text: 'Receipt 1.' }],
    by: 'check',
  });
  expect(asked).toEqual([{ input: { amount: 5 }, key: expect.stringMatching(/^yc_/) }]);
  expect(starts.list).toEqual([]);
});

test('E2: what did not happen runs again with the same key, but not before the old attempt is over for certain', async () => {
  const keys: string[] = [];
  const { chat, conversation, clock, starts } = bank(({ key }) => {
    keys.push(key);
    return 'did-not-happen';
  });
  expect(await chat.complete(conversation)).toMatchObject({
    type: 'paused',
    inDoubt: ['c'],
    scheduled: [{ call: 'c', at: 10_000 }],
  });
  expect(conversation.findCall('c')).toMatchObject({ state: 'in-doubt', recheckAt: 10_000 });
  clock.set(9_999);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused' });
  expect(starts.list).toEqual([]);
  clock.set(10_000);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect(starts.list).toMatchObject([{ attempt: 2, key: keys[0] }]);
  // Once in each run.
  expect(keys).toHaveLength(3);
});

test.each([
  ['unknown', 'unknown'],
  ['nothing', undefined],
  ['null', null],
  ['something else', { happend: 1 }],
  ['a word', 'happened'],
  ['an output that does not fit', { happened: { receipt: 'one' } }],
])('E2: a check that answers %s leaves the call to a person', async (_, answer) => {
  const { chat, conversation, clock, starts, errors } = bank(() => answer);
  clock.set(20_000);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', inDoubt: ['c'], scheduled: [] });
  expect([starts.list, errors]).toEqual([[], []]);
});

test('E2: a check that throws or is late leaves the call to a person, and its text stays here', async () => {
  const broken = bank(() => Promise.reject(new Error('password=1')));
  expect(await broken.chat.complete(broken.conversation)).toMatchObject({ type: 'paused', inDoubt: ['c'] });
  expect(broken.errors).toHaveLength(1);
  expect(JSON.stringify(broken.conversation)).not.toContain('password');
  vi.useFakeTimers();
  const late = bank(() => new Promise(() => {}));
  const run = late.chat.complete(late.conversation);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await run).toMatchObject({ type: 'paused', inDoubt: ['c'] });
  expect(late.errors).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('E2: a check that is not yet sure may know better at the next run, also before the deadline', async () => {
  const answers: unknown[] = ['did-not-happen', { happened: { receipt: 1 } }];
  const { chat, conversation, starts } = bank(() => answers.shift());
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 10_000 }] });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done' });
  expect([conversation.findCall('c')?.state, starts.list]).toEqual(['completed', []]);
});

test('E2: what a check finds out when it is too early is told, and survives a restart', async () => {
  const { chat, conversation, clock } = bank(() => 'did-not-happen');
  const { events, outline } = await recordEvents(chat.stream(conversation));
  expect(outline).toEqual(['tool pay: in-doubt', 'tool pay: in-doubt', 'paused: 1 scheduled, 1 in doubt']);
  expect(events[1]).toMatchObject({ call: { recheckAt: 10_000, reason: expect.stringContaining('the process') } });
  const loaded = Conversation.parse(JSON.stringify(conversation), { now: clock.now });
  expect(chat.waiting(loaded).scheduled).toMatchObject([{ call: { id: 'c' }, at: 10_000 }]);
});

test('E2: a check that says too early what it said before moves nothing: each resume asks, and tells nothing new', async () => {
  const { chat, conversation, clock } = bank(() => 'did-not-happen');
  await chat.complete(conversation);
  clock.set(5_000);
  expect((await recordEvents(chat.stream(conversation))).outline).toEqual(['paused: 1 scheduled, 1 in doubt']);
});

test('E2: a person need not wait for a check that thinks: the decision counts, and what the check says then does not', async () => {
  const thinking = Promise.withResolvers<unknown>();
  const { chat, conversation, clock, starts } = bank(() => thinking.promise);
  clock.set(20_000);
  const lines: string[] = [];
  for await (const event of chat.stream(conversation)) {
    if (event.type !== 'tool') continue;
    lines.push(event.call.state);
    if (event.call.state !== 'in-doubt') continue;
    const doubt = conversation.findCall('c')!;
    expect(await chat.decide(conversation, doubt, { type: 'did-not-happen' }, { by: 'ann' })).toMatchObject({
      type: 'applied',
    });
    thinking.resolve({ happened: { receipt: 1 } });
  }
  expect(lines).toEqual(['in-doubt', 'rejected']);
  expect(conversation.findCall('c')?.decisions).toMatchObject([{ by: 'ann' }]);
  expect(starts.list).toEqual([]);
});

test('E2: before the deadline a person may say that it happened, while a check thinks, and nothing else', async () => {
  const thinking = Promise.withResolvers<unknown>();
  const { chat, conversation } = bank(() => thinking.promise);
  for await (const event of chat.stream(conversation)) {
    if (event.type !== 'tool' || event.call.state !== 'in-doubt') continue;
    const doubt = conversation.findCall('c')!;
    for (const type of ['did-not-happen', 'run-again', 'abandon'] as const) {
      expect(await chat.decide(conversation, doubt, { type })).toMatchObject({ type: 'too-early', until: 10_000 });
    }
    const happened = (output: unknown) => chat.decide(conversation, doubt, { type: 'happened', output });
    expect(await happened({ receipt: 'one' })).toMatchObject({ type: 'invalid', issues: [{ path: ['receipt'] }] });
    expect(await happened({ receipt: 9 })).toMatchObject({ type: 'applied' });
    thinking.resolve('unknown');
  }
  expect(conversation.findCall('c')).toMatchObject({
    state: 'completed',
    output: { receipt: 9 },
    content: [{ text: 'Receipt 9.' }],
    by: 'person',
  });
});

/** A run whose payment answers too late, and a bank that is asked in the same run. */
async function late(check: (attempt: number) => unknown): Promise<readonly string[]> {
  vi.useFakeTimers();
  const pay = tool({
    description: 'Pay',
    effect: 'once',
    policy: 'allow',
    timeout: 1_000,
    check: (_, { call }) => check(call.attempt?.number ?? 0) as 'unknown',
    run: () => new Promise<string>(() => {}),
  });
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Pay');
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'Done.']);
  const run = recordEvents(createChat({ model, tools: { pay } }).stream(conversation));
  await vi.advanceTimersByTimeAsync(5_000);
  const { outline } = await run;
  return outline.slice(outline.indexOf('tool pay: running'));
}

test('E1: a payment that was too late is looked up in the same run, and no person is needed when it is found', async () => {
  expect(await late(() => ({ happened: 'receipt' }))).toEqual([
    'tool pay: running',
    'tool pay: in-doubt',
    'tool pay: completed',
    'assistant',
    'text: Done.',
    'step-end: stop',
    'done: stop',
  ]);
});

test('E1, E2: it runs again when it certainly did not happen, and its next attempt is looked up anew', async () => {
  const asked: number[] = [];
  const lines = await late((attempt) => {
    asked.push(attempt);
    return attempt === 1 ? 'did-not-happen' : 'unknown';
  });
  expect(lines).toEqual([
    'tool pay: running',
    'tool pay: in-doubt',
    'tool pay: approved',
    'tool pay: running',
    'tool pay: in-doubt',
    'paused: 1 in doubt',
  ]);
  expect(asked).toEqual([1, 2]);
});
