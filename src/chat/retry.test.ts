import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
  expect(heard).toEqual([{ finish: 'stop', usage, responseId: undefined, model: 'script' }]);
  expect(errors).toMatchObject([{ message: 'broken' }]);
});
