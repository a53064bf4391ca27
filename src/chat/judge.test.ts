import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import type { TestClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { merge } from './policy.ts';
import { tool } from './tool.ts';
import type { ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

afterEach(() => void vi.useRealTimers());

interface Office {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  readonly clock: TestClock;
}

/** A conversation whose model calls tools, turn by turn, by their names. */
function office(tools: ToolSet, turns: readonly (readonly string[])[]): Office {
  const clock = testClock(100_000);
  const conversation = new Conversation({ now: clock.now, newId: testIds() });
  conversation.say('Go');
  const script = turns.map((names) => ({ calls: names.map((name) => ({ name, input: {} })) }));
  const chat = createChat({ model: scripted([...script, 'Done.']), tools, onError: () => {} });
  return { chat: chat as unknown as Chat<ToolSet>, conversation, clock };
}

function callsOf(conversation: Conversation): readonly ToolCall[] {
  return conversation.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? part.call : [])));
}

function nonsense(): never {
  throw new Error('nonsense');
}

const works = { description: 'Works', run: () => 'done' };
const breaks = { description: 'Breaks', run: () => Promise.reject(new Error('broken')) };

test('a denial settles the call with its reason, and nothing runs', async () => {
  const tools = { never: tool({ ...works, policy: 'deny' }), not: tool({ ...works, policy: { deny: 'not today' } }) };
  const { chat, conversation } = office(tools, [['never', 'not']]);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Done.' });
  const [never, not] = callsOf(conversation);
  expect(never).toMatchObject({ state: 'denied', by: 'policy', effect: 'undeclared', input: {} });
  expect(never).not.toHaveProperty('reason');
  expect(not).toMatchObject({ state: 'denied', by: 'policy', reason: 'not today' });
});

test('an answer that was cut in the middle of a call runs nothing', async () => {
  const clock = testClock();
  const conversation = new Conversation({ now: clock.now });
  conversation.say('Go');
  const half = { type: 'call', name: 'work', arguments: '{}', incomplete: true } as const;
  const model = scripted([{ events: [half, { type: 'finish', reason: 'length' }] }, 'Done.']);
  await createChat({ model, tools: { work: tool({ ...works, policy: 'allow' }) } }).complete(conversation);
  expect(callsOf(conversation)).toMatchObject([{ state: 'failed', reason: expect.stringContaining('cut off') }]);
});

test('D2: what a schema makes of the input must be plain JSON', async () => {
  const input = z.object({}).transform(() => ({ at: new Date(0) }));
  const { chat, conversation } = office({ work: tool({ ...works, input: input, policy: 'allow' }) }, [['work']]);
  await chat.complete(conversation);
  expect(callsOf(conversation)).toMatchObject([{ state: 'failed', reason: expect.stringContaining('not plain JSON') }]);
});

test('a schema that throws fails the call, and says why', async () => {
  const broken = { version: 1, vendor: 'mine', jsonSchema: { input: () => ({}) } } as const;
  const now = { '~standard': { ...broken, validate: () => nonsense() } };
  const soon = { '~standard': { ...broken, validate: async () => nonsense() } };
  const tools = { now: tool({ ...works, input: now }), soon: tool({ ...works, input: soon }) };
  const { chat, conversation } = office(tools, [['now', 'soon']]);
  await chat.complete(conversation);
  expect(callsOf(conversation).map((call) => call.state === 'failed' && call.reason)).toEqual([
    'the input of now is not valid: its schema failed: nonsense',
    'the input of soon is not valid: its schema failed: nonsense',
  ]);
});

test('E1: after a tool declared once failed and left open what happened, the next call of it asks, and keeps its time', async () => {
  let calls = 0;
  const later = tool({
    ...breaks,
    effect: 'once',
    policy: () => ((calls += 1) === 1 ? 'allow' : { defer: new Date(160_000) }),
  });
  const { chat, conversation, clock } = office({ later }, [['later'], ['later']]);
  await chat.complete(conversation);
  const [, second] = callsOf(conversation);
  expect(second).toMatchObject({
    state: 'awaiting-approval',
    notBefore: 160_000,
    requirements: [{ reason: expect.stringContaining('earlier call') }],
  });
  await chat.decide(conversation, second!, { type: 'approve' });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', scheduled: [{ at: 160_000 }] });
  clock.set(160_000);
  await chat.complete(conversation);
  expect(callsOf(conversation)[1]).toMatchObject({ state: 'failed' });
});

test('E1: only a tool declared once asks after a failure, only after one of its own, and only when it is open what happened', async () => {
  const tools = {
    plain: tool({ ...breaks, policy: 'allow' }),
    other: tool({ ...breaks, policy: 'allow', effect: 'once' }),
    once: tool({ ...works, policy: 'allow', effect: 'once' }),
  };
  const { chat, conversation } = office(tools, [['plain', 'other', 'once', 'nothing'], ['plain', 'once'], ['other']]);
  expect(await chat.complete(conversation)).toMatchObject({ type: 'paused', approvals: [expect.any(String)] });
  expect(callsOf(conversation).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'plain failed',
    'other failed',
    'once completed',
    'nothing failed',
    'plain failed',
    'once completed',
    'other awaiting-approval',
  ]);
});

test('a policy that answers in time leaves no timer behind', async () => {
  vi.useFakeTimers();
  const { chat, conversation } = office({ work: tool({ ...works, policy: () => Promise.resolve('allow' as const) }) }, [
    ['work'],
  ]);
  await chat.complete(conversation);
  expect(vi.getTimerCount()).toBe(0);
});

test('D4: verdicts are merged: any denial denies, every requirement stays, the latest time counts', () => {
  const at = { now: 100_000, due: false };
  const later = (time: number) => ({ defer: new Date(time) });
  expect(merge(['allow', 'allow'], at)).toEqual({ requirements: [] });
  expect(merge(['ask', 'deny'], at)).toEqual({ denied: {}, requirements: [] });
  expect(merge([{ ask: { risk: 'money' } }, 'allow', { deny: 'no' }], at)).toEqual({
    denied: { reason: 'no' },
    requirements: [],
  });
  expect(merge(['ask', { ask: { approvers: ['ann'], expiresIn: 5_000 } }, 'allow'], at)).toEqual({
    requirements: [{}, { approvers: ['ann'], expiresAt: 105_000 }],
  });
  expect(merge([later(300_000), later(200_000), 'ask'], at)).toEqual({ requirements: [{}], until: 300_000 });
});

test('D5: a time that is just past means now, one long past asks, and when the call is due a past time is over', () => {
  const defer = (time: number, due: boolean) => merge([{ defer: new Date(time) }], { now: 100_000, due });
  const past = { requirements: [{ reason: 'it was deferred to a time in the past' }] };
  expect(defer(100_001, false)).toEqual({ requirements: [], until: 100_001 });
  expect(defer(100_000, false)).toEqual({ requirements: [] });
  expect(defer(40_000, false)).toEqual({ requirements: [] });
  expect(defer(39_999, false)).toEqual(past);
  expect(defer(39_999, true)).toEqual({ requirements: [] });
  expect(defer(NaN, true)).toEqual({ requirements: [{ reason: 'it was deferred to a time that is not a time' }] });
  expect(merge([{ defer: '1970-01-01T00:02:00Z' }], { now: 0, due: true })).toEqual({
    requirements: [],
    until: 120_000,
  });
});

test('what was not made by tool() is no tool', () => {
  const model = scripted([]);
  const fake = { description: 'Works' } as unknown as ReturnType<typeof tool>;
  expect(() => createChat({ model, tools: { fake } })).toThrow('Tool "fake": it was not made by tool().');
  const none = undefined as unknown as ReturnType<typeof tool>;
  expect(() => createChat({ model, tools: { none } })).toThrow('Tool "none": it was not made by tool().');
});

test('arguments that are too long are not read', async () => {
  const work = tool({ ...works, policy: 'allow', maxInputLength: 1 });
  const { chat, conversation } = office({ work }, [['work']]);
  await chat.complete(conversation);
  expect(callsOf(conversation)).toMatchObject([
    { state: 'failed', reason: expect.stringContaining('longer than 1 characters') },
  ]);
  const exact = office({ work: tool({ ...works, policy: 'allow', maxInputLength: 2 }) }, [['work']]);
  await exact.chat.complete(exact.conversation);
  expect(callsOf(exact.conversation)).toMatchObject([{ state: 'completed' }]);
});

test('a chat needs at least one step and one slot', () => {
  const model = scripted([]);
  expect(() => createChat({ model, maxSteps: 0 })).toThrow('`maxSteps` is 0: at least 1 is needed.');
  expect(() => createChat({ model, concurrency: NaN })).toThrow('`concurrency` is NaN');
  expect(() => createChat({ model, concurrency: 1, maxSteps: 1 })).not.toThrow();
});

test('a stop while a policy thinks is no failure of the policy', async () => {
  const errors: unknown[] = [];
  const stop = new AbortController();
  const work = tool({
    ...works,
    policy: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const conversation = new Conversation();
  conversation.say('Go');
  const model = scripted([{ calls: [{ name: 'work', input: {} }] }]);
  const chat = createChat({ model, tools: { work }, onError: (error) => errors.push(error) });
  setTimeout(() => stop.abort(new Error('enough')), 5);
  await expect(chat.complete(conversation, { signal: stop.signal })).rejects.toThrow('enough');
  expect(errors).toEqual([]);
  expect(callsOf(conversation)).toMatchObject([{ state: 'cancelled', outcome: 'none' }]);
});
