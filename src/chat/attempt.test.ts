import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { toolEngine } from './tool-engine.ts';
import { tool, waitFor } from './tool.ts';
import type { AnyTool, ToolSet } from './tool.ts';
import type { Chat } from './types.ts';

// Loaded here, since timers that stand still do not wait for a file.
beforeAll(async () => void (await toolEngine()));
afterEach(() => void vi.useRealTimers());

const input = z.object({ amount: z.number() });

/** A shop whose only tool is called once, with an amount of 5. */
function shop(pay: AnyTool, amount: unknown = 5) {
  const clock = testClock(1_000);
  const conversation = new Conversation({ id: 'talk', now: clock.now, newId: testIds() });
  conversation.say('Pay');
  const model = scripted([{ calls: [{ name: 'pay', input: { amount } }] }, 'Paid.'], { turnBy: 'answers' });
  const chat = createChat({ model, tools: { pay }, onError: () => {} }) as unknown as Chat<ToolSet>;
  return { clock, conversation, model, chat };
}

function callOf(conversation: Conversation): ToolCall {
  const part = conversation.messages[1]!.parts[0]!;
  if (part.type !== 'tool') throw new Error('there is no call');
  return part.call;
}

test.each<[string, unknown, number]>([
  ['nothing', undefined, 120_000],
  ['a number', 50, 50],
  ['for ever', Infinity, 315_360_000_000],
  ['no time at all', 0, 120_000],
  ['less than none', -5, 120_000],
  ['no number', Number.NaN, 120_000],
  ['a function of the input', ({ amount }: { amount: number }) => amount * 10, 50],
  ['a function that gives no number', () => Number('soon'), 120_000],
  ['a function that gives less than nothing', () => -1, 120_000],
  ['a function that gives a promise', async () => 50, 120_000],
])('E2: an attempt always has a deadline, also when its tool says %s of its time', async (_, timeout, length) => {
  const { chat, conversation } = shop(
    tool({ description: 'Pay', input, policy: 'allow', timeout: timeout as number, run: () => 'paid' }),
  );
  await chat.complete(conversation);
  expect(callOf(conversation).attempt).toEqual({ number: 1, startedAt: 1_000, deadline: 1_000 + length });
});

test('P2: what waits for ever still waits when the conversation was saved and loaded', async () => {
  const question = tool({
    description: 'Pay',
    input,
    policy: 'allow',
    run: (_, { answer }) => answer ?? waitFor({ question: 'From which account?', expiresIn: Infinity }),
  });
  const elsewhere = tool({ description: 'Pay', input, policy: 'allow', expiresIn: Infinity });
  for (const [pay, line] of [[question, 'paused: 1 question'] as const, [elsewhere, 'paused: 1 external'] as const]) {
    const { chat, conversation } = shop(pay);
    await chat.complete(conversation);
    const loaded = Conversation.parse(JSON.stringify(conversation));
    expect((await recordEvents(chat.stream(loaded))).outline).toEqual([line]);
  }
});

test('E5: the key is the same after a pause, a crash and a run-again, and another one after an edit', async () => {
  const keys: string[] = [];
  let saved = '';
  const conversation = new Conversation({ id: 'talk', newId: testIds() });
  const pay = tool({
    description: 'Pay',
    input,
    effect: 'once',
    timeout: 1,
    run: (_, { key }) => {
      keys.push(key);
      saved = JSON.stringify(conversation);
      return 'paid';
    },
  });
  conversation.say('Pay');
  const script = [{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'Paid.'];
  const chat = createChat({ model: scripted(script, { turnBy: 'answers' }), tools: { pay } });
  await chat.complete(conversation);
  const asked = JSON.stringify(conversation);

  await chat.decide(conversation, chat.waiting(conversation).approvals[0]!, { type: 'approve' });
  await chat.complete(conversation);
  const crashed = Conversation.parse(saved, { now: () => Date.now() + 10_000 });
  await chat.complete(crashed);
  await chat.decide(crashed, chat.waiting(crashed).inDoubt[0]!, { type: 'run-again' });
  await chat.complete(crashed);
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);

  const edited = Conversation.parse(asked);
  await chat.decide(edited, chat.waiting(edited).approvals[0]!, { type: 'approve', input: { amount: 6 } });
  await chat.complete(edited);
  expect(new Set(keys).size).toBe(2);

  const copy = Conversation.parse({ ...JSON.parse(asked), id: 'another talk' });
  await chat.decide(copy, chat.waiting(copy).approvals[0]!, { type: 'approve' });
  await chat.complete(copy);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key).toMatch(/^yc_[0-9a-f]{32}$/);
});

test('arguments that are longer than the tool takes fail before anybody is asked', async () => {
  const asked: unknown[] = [];
  const pay = tool({
    description: 'Pay',
    maxInputLength: 20,
    policy: (given) => {
      asked.push(given);
      return 'allow';
    },
    run: () => 'paid',
  });
  const long = shop(pay, 'x'.repeat(20));
  await long.chat.complete(long.conversation);
  expect(callOf(long.conversation)).toMatchObject({
    state: 'failed',
    outcome: 'none',
    reason: expect.stringContaining('the arguments are longer than 20 characters'),
  });
  const fits = shop(pay, 'x'.repeat(7));
  await fits.chat.complete(fits.conversation);
  expect([callOf(fits.conversation).arguments.length, callOf(fits.conversation).state, asked.length]).toEqual([
    20,
    'completed',
    1,
  ]);
});

/** A run of one call that is allowed, with what it started, and how to stop it. */
function stoppable(policy: () => 'allow' | Promise<'allow'>) {
  const started: string[] = [];
  const stop = new AbortController();
  const pay = tool({ description: 'Pay', input, policy, run: () => started.push('pay') });
  return { ...shop(pay), started, stop: () => stop.abort(new Error('enough')), signal: stop.signal };
}

test('E7: a stop between the verdict and the start starts nothing', async () => {
  const { chat, conversation, started, stop, signal } = stoppable(async (): Promise<'allow'> => {
    stop();
    return 'allow';
  });
  const { outline, error } = await recordEvents(chat.stream(conversation, { signal }));
  expect(outline.slice(-2)).toEqual(['tool pay: cancelled', 'error: aborted']);
  expect([started, error]).toEqual([[], new Error('enough')]);
  expect(callOf(conversation)).toMatchObject({ by: 'stop', outcome: 'none' });
});

test('E7: a stop while the start is committed starts nothing, and the call is told not to have begun', async () => {
  const { chat, conversation, started, stop, signal } = stoppable(() => 'allow');
  const committed: string[] = [];
  const commit = async (events: readonly ChatEvent[]): Promise<void> => {
    const states = events.flatMap((event) => (event.type === 'tool' ? event.call.state : []));
    if (states.includes('running')) stop();
    await Promise.resolve();
    committed.push(...states);
  };
  const { outline } = await recordEvents(chat.stream(conversation, { signal, commit }));
  expect(outline.slice(-3)).toEqual(['tool pay: running', 'tool pay: cancelled', 'error: aborted']);
  expect([committed, started]).toEqual([['approved', 'running', 'cancelled'], []]);
  expect(callOf(conversation)).toMatchObject({ by: 'stop', outcome: 'none' });
});

test('E7: the word after a stop begins a run of its own, which is not stopped', async () => {
  const { chat, conversation, stop, signal } = stoppable(() => 'allow');
  stop();
  await expect(chat.complete(conversation, { signal })).rejects.toThrow('enough');
  conversation.say('Do pay');
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Paid.' });
});

/** A call that was running when its process died, and may be repeated: each try of it fails, or does as `run` says. */
function repeating(run?: (tries: number, signal: AbortSignal) => unknown) {
  const attempt = { number: 1, startedAt: 0, deadline: 10 };
  const facts = { id: 'c', name: 'pay', arguments: '{}', input: {}, revision: 4, effect: 'idempotent' } as const;
  const part = { type: 'tool', call: { ...facts, attempt, state: 'running' } } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [part], at: 0, finish: 'tool-calls' },
  ] as const;
  const keys: string[] = [];
  const pay = tool({
    description: 'Pay',
    effect: 'idempotent',
    timeout: 2_500,
    run: (_, { key, signal }) => {
      keys.push(key);
      if (run) return run(keys.length, signal);
      throw new Error('409');
    },
  });
  const conversation = new Conversation({ messages, now: () => 1_000, newId: testIds() });
  const chat = createChat({ model: scripted(['Done.']), tools: { pay }, onError: () => {} });
  return { chat, conversation, keys };
}

test('E5: every try of a repeated attempt has the same key, and none begins after its time is over', async () => {
  vi.useFakeTimers();
  const { chat, conversation, keys } = repeating();
  const run = recordEvents(chat.stream(conversation));
  await vi.advanceTimersByTimeAsync(2_600);
  expect((await run).outline.slice(0, 2)).toEqual(['tool pay: running', 'tool pay: failed']);
  expect(conversation.findCall('c')).toMatchObject({ outcome: 'unknown' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([keys.length, new Set(keys).size, vi.getTimerCount()]).toEqual([2, 1, 0]);
});

test('E5, E7: a stop ends the wait for the next try at once, and nothing is tried after it', async () => {
  vi.useFakeTimers();
  const { chat, conversation, keys } = repeating();
  const stop = new AbortController();
  const run = recordEvents(chat.stream(conversation, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(500);
  stop.abort(new Error('enough'));
  await vi.advanceTimersByTimeAsync(1);
  expect((await run).outline.slice(-2)).toEqual(['tool pay: cancelled', 'error: aborted']);
  expect(conversation.findCall('c')).toMatchObject({ outcome: 'unknown' });
  expect([keys.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('E4, E5: a stop while a later try runs gives it time to answer, like the first', async () => {
  vi.useFakeTimers();
  const { chat, conversation } = repeating((tries, signal) => {
    if (tries === 1) throw new Error('409');
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => setTimeout(() => resolve('paid'), 100));
    });
  });
  const stop = new AbortController();
  const run = recordEvents(chat.stream(conversation, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(1_500);
  stop.abort(new Error('enough'));
  await vi.advanceTimersByTimeAsync(200);
  expect((await run).outline).toEqual(['tool pay: running', 'tool pay: completed', 'error: aborted']);
  expect(conversation.findCall('c')).toMatchObject({ output: 'paid' });
});
