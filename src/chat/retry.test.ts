import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { apply } from '../conversation/apply.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ErrorCode, ErrorDetails } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { recordEvents } from '../testing/record-events.ts';
import type { RecordedEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { ChatOptions } from './options.ts';
import { defaultRetry } from './retry.ts';
import { toolEngine } from './tool-engine.ts';
import { tool } from './tool.ts';

// Loaded here, since timers that stand still do not wait for a file.
beforeAll(async () => void (await toolEngine()));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failing = (details: ErrorDetails = { retryable: true }, code: ErrorCode = 'overloaded'): ChatError =>
  new ChatError(code, 'Too busy.', details);

/** What a run told whose model plays these turns, when nobody waits for the pauses in between. */
async function told(
  turns: readonly ScriptedTurn[],
  options: Partial<ChatOptions<Record<never, never>, unknown>> = {},
): Promise<RecordedEvents<ChatEvent> & { readonly asked: number; readonly conversation: Conversation }> {
  const model = scripted(turns);
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  const run = recordEvents(createChat({ model, ...options }).stream(conversation));
  await vi.advanceTimersByTimeAsync(600_000);
  return { ...(await run), asked: model.requests.length, conversation };
}

test('a failed call is made again twice, after about half a second and about a second, or after what was asked for', () => {
  const retry = defaultRetry(2);
  for (let time = 0; time < 50; time += 1) {
    expect(retry(1, failing())).toBeGreaterThanOrEqual(375);
    expect(retry(1, failing())).toBeLessThanOrEqual(625);
    expect(retry(2, failing())).toBeGreaterThanOrEqual(750);
    expect(retry(2, failing())).toBeLessThanOrEqual(1_250);
  }
  expect(retry(3, failing())).toBe(false);
  expect(retry(1, failing({ retryable: true, retryAfter: 7_000 }))).toBe(7_000);
  expect(retry(1, failing({ retryable: true, retryAfter: 60_000 }))).toBe(60_000);
  expect(retry(1, failing({ retryable: true, retryAfter: 60_001 }))).toBe(false);
  expect(retry(1, failing({}))).toBe(false);
  expect(retry(1, failing({ retryable: true }, 'incomplete-response'))).toBe(false);
  expect(defaultRetry(0)(1, failing())).toBe(false);
});

test('before anything came, a call is made again in the same message, with a word about it', async () => {
  const { outline, asked, events, conversation } = await told([{ error: failing() }, { error: failing() }, 'Hello.']);
  expect(outline.slice(2)).toEqual([
    expect.stringMatching(/^warning: Too busy\. Asked again in 0\.[3-6] s\.$/),
    expect.stringMatching(/^warning: Too busy\. Asked again in (0|1)\.\d s\.$/),
    'text: Hello.',
    'step-end: stop',
    'done: stop',
  ]);
  expect([asked, conversation.messages.length]).toEqual([3, 2]);
  expect(events.at(-1)).toMatchObject({ usage: { input: 10, unreported: 0 } });
});

test('after the last attempt the run ends with the error', async () => {
  const error = failing();
  const run = await told([{ error }, { error }, { error }, 'never']);
  expect(run.outline.slice(-2)).toEqual(['reset: kept', 'error: overloaded']);
  expect([run.error, run.asked]).toEqual([error, 3]);
  expect(run.conversation.messages).toHaveLength(1);
});

test('L4: after something came, it is withdrawn and another message asked for', async () => {
  const { outline, conversation } = await told([{ text: 'Hel', error: failing() }, 'Hello.']);
  expect(outline.slice(1)).toEqual([
    'assistant',
    'text: Hel',
    'reset: removed',
    expect.stringContaining('warning: Too busy.'),
    'assistant',
    'text: Hello.',
    'step-end: stop',
    'done: stop',
  ]);
  expect(conversation.messages.map(({ parts }) => parts)).toEqual([
    [{ type: 'text', text: 'Hi' }],
    [{ type: 'text', text: 'Hello.' }],
  ]);
  expect(conversation.run.usage.unreported).toBe(1);
});

test.each<[string, ScriptedTurn, string]>([
  ['what cannot pass', { error: failing({}) }, 'overloaded'],
  ['what is no error of a provider', { error: new Error('broken') }, 'provider'],
  ['a cut answer', { events: [{ type: 'text', delta: 'Hel' }] }, 'incomplete-response'],
])('%s is not asked for again', async (_, turn, code) => {
  const { outline, asked } = await told([turn, 'Hello.']);
  expect([outline.at(-1), asked]).toEqual([`error: ${code}`, 1]);
});

test('W3: when the provider has run a tool of its own, nothing is asked for again', async () => {
  const ran = { type: 'call', name: 'search', arguments: '{}', providerExecuted: true } as const;
  const { outline, asked } = await told([{ events: [ran], error: failing() }, 'Hello.']);
  expect([outline.at(-1), asked]).toEqual(['error: overloaded', 1]);
});

test('how often is up to the chat, or to the model', async () => {
  const attempts: number[] = [];
  const retry = (attempt: number): number | false => (attempts.push(attempt) < 4 ? 0 : false);
  const error = failing();
  const run = await told(
    Array.from({ length: 9 }, () => ({ error })),
    { retry },
  );
  expect([run.asked, attempts]).toEqual([4, [1, 2, 3, 4]]);
  const model = { ...scripted([{ error }, 'Hello.']), maxRetries: 0 };
  expect((await told([], { model })).outline.at(-1)).toBe('error: overloaded');
});

test('a stop ends the wait between two attempts', async () => {
  const stop = new AbortController();
  const conversation = new Conversation();
  conversation.say('Hi');
  const chat = createChat({ model: scripted([{ error: failing({ retryable: true, retryAfter: 50_000 }) }, 'never']) });
  const run = recordEvents(chat.stream(conversation, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(1_000);
  stop.abort(new Error('enough'));
  await vi.advanceTimersByTimeAsync(1);
  expect(await run).toMatchObject({ error: new Error('enough') });
  expect(vi.getTimerCount()).toBe(0);
});

test('a model is told of each answer that came to its end, and what it throws then is only reported', async () => {
  const heard: unknown[] = [];
  const errors: unknown[] = [];
  const done = (response: unknown): never => {
    heard.push(response);
    throw new Error('broken');
  };
  const model = { ...scripted([{ error: failing() }, 'Hello.']), done };
  const { outline } = await told([], { model, onError: (error) => void errors.push(error) });
  expect(outline.at(-1)).toBe('done: stop');
  const usage = { input: 10, output: 5, cachedInput: 0, reasoning: 0 };
  expect(heard).toEqual([{ finish: 'stop', usage, responseId: undefined, provider: 'scripted', model: 'script' }]);
  expect(errors).toMatchObject([{ message: 'broken' }]);
});

test('a retry of ones own may wait for ever, or longer than a timer holds: the model is not asked again at once', async () => {
  for (const wait of [2 ** 31, 40 * 24 * 3_600_000, Infinity]) {
    const stop = new AbortController();
    const model = scripted([{ error: failing() }, 'Hello.']);
    const conversation = new Conversation();
    conversation.say('Hi');
    const chat = createChat({ model, retry: () => wait });
    const run = recordEvents(chat.stream(conversation, { signal: stop.signal }));
    await vi.advanceTimersByTimeAsync(20 * 24 * 3_600_000);
    expect(model.requests).toHaveLength(1);
    stop.abort(new Error('enough'));
    await run;
  }
});

test('what a provider asked to wait is waited, and no longer', async () => {
  const model = scripted([{ error: failing({ retryable: true, retryAfter: 7_000 }) }, 'Hello.']);
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  const run = recordEvents(createChat({ model }).stream(conversation));
  await vi.advanceTimersByTimeAsync(6_999);
  expect(model.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(model.requests).toHaveLength(2);
  expect((await run).outline[2]).toBe('warning: Too busy. Asked again in 7.0 s.');
});

test('L5: of a call that was cut the text is counted that had come, or what the provider had said of its cost', async () => {
  const thought = { type: 'reasoning', delta: 'hmm' } as const;
  const text = { type: 'text', delta: 'Hel' } as const;
  const usage = { type: 'usage', usage: { input: 7, output: 1, cachedInput: 0, reasoning: 0 } } as const;
  const cut = await told([{ events: [thought, text], error: failing() }, 'Hello.']);
  expect(cut.events.at(-1)).toMatchObject({ usage: { input: 10, output: 5, unreported: 1, unreportedLength: 6 } });
  const reported = await told([{ events: [usage, text], error: failing() }, 'Hello.']);
  expect(reported.events.at(-1)).toMatchObject({ usage: { input: 17, output: 6, unreported: 0, unreportedLength: 0 } });
  const never = await told([
    { text: 'Hel', error: failing() },
    { text: 'Hel', error: failing() },
    { text: 'Hel', error: failing() },
  ]);
  expect(never.events.at(-1)).toMatchObject({ type: 'error', usage: { input: 0, unreported: 3, unreportedLength: 9 } });
  expect(never.error).toMatchObject({ usage: { unreported: 3 } });
});

test('a retry of the chat is told each failure, waits as long as it says, and may ask again for a cut answer', async () => {
  const asked: unknown[] = [];
  const error = failing({}, 'auth');
  const cut = { events: [{ type: 'text', delta: 'Hel' }] } as const;
  const run = await told([{ error }, cut, 'Hello.'], {
    retry: (attempt, { code }) => {
      asked.push([attempt, code]);
      return 3_000;
    },
  });
  expect(asked).toEqual([
    [1, 'auth'],
    [2, 'incomplete-response'],
  ]);
  expect(run.outline.filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringMatching(/Asked again in 3\.0 s\.$/),
    expect.stringMatching(/Asked again in 3\.0 s\.$/),
  ]);
  expect(run.outline.at(-1)).toBe('done: stop');
});

test('P3: a tool never runs again because a model call does, and each model call has attempts of its own', async () => {
  let runs = 0;
  const work = tool({ description: 'Work', policy: 'allow', run: () => (runs += 1) });
  const error = failing();
  const calls = [{ name: 'work', input: {} }];
  const model = scripted([{ error }, { error }, { calls }, { error }, { text: 'Do', error }, 'Done.']);
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  const run = recordEvents(createChat({ model, tools: { work } }).stream(conversation));
  await vi.advanceTimersByTimeAsync(60_000);
  expect((await run).outline.at(-1)).toBe('done: stop');
  expect([runs, model.requests.length]).toEqual([1, 6]);
  for (const { messages } of model.requests.slice(3)) expect(messages).toEqual(model.requests[3]!.messages);
});

test('L4: a call that was proposed before the cut goes with its message, and is not run', async () => {
  let runs = 0;
  const work = tool({ description: 'Work', policy: 'allow', run: () => (runs += 1) });
  const model = scripted([{ calls: [{ name: 'work', input: {} }], error: failing() }, 'Nothing to do.']);
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  const run = recordEvents(createChat({ model, tools: { work } }).stream(conversation));
  await vi.advanceTimersByTimeAsync(60_000);
  const { outline, events } = await run;
  expect(outline.slice(1, 4)).toEqual(['assistant', 'tool work: proposed', 'reset: removed']);
  expect([runs, conversation.messages.length, conversation.unsettled]).toEqual([0, 2, []]);
  expect(apply([], events)).toEqual(conversation.messages);
});

test('L8: after the last attempt what had come is kept and marked, and a call in it is withdrawn', async () => {
  let runs = 0;
  const work = tool({ description: 'Work', policy: 'allow', run: () => (runs += 1) });
  const turn = { text: 'Let me', calls: [{ name: 'work', input: {} }], error: failing({}) };
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Hi');
  const chat = createChat({ model: scripted([turn, 'Done.']), tools: { work } });
  const { outline } = await recordEvents(chat.stream(conversation));
  expect(outline.slice(-2)).toEqual(['reset: kept', 'error: overloaded']);
  expect(conversation.messages[1]).toMatchObject({
    interrupted: true,
    parts: [{ text: 'Let me' }, { call: { state: 'cancelled', by: 'withdrawn', outcome: 'none' } }],
  });
  expect(await chat.complete(conversation)).toMatchObject({ type: 'done', text: 'Done.' });
  expect(runs).toBe(0);
});
