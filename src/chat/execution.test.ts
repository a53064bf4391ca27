import { afterEach, expect, test, vi } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import { tool, ToolError } from './tool.ts';
import type { AnyTool, ToolOptions } from './tool.ts';

afterEach(() => void vi.useRealTimers());

/** The call of a tool that was run once, when it was over. */
async function ran(options: Partial<ToolOptions<Record<string, never>, unknown, unknown>>): Promise<ToolCall> {
  const work: AnyTool = tool({ description: 'Works', policy: 'allow', ...options });
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Work');
  const model = scripted([{ calls: [{ name: 'work', input: {} }] }, 'Done.']);
  await createChat({ model, tools: { work }, onError: () => {} }).complete(conversation);
  return callOf(conversation);
}

function callOf(conversation: Conversation): ToolCall {
  const part = conversation.messages[1]!.parts[0]!;
  if (part.type !== 'tool') throw new Error('there is no call');
  return part.call;
}

test.each([
  ['nothing', undefined, null],
  ['null', null, null],
  ['a text', 'as it is', 'as it is'],
  ['a text as long as allowed', 'x'.repeat(26), 'x'.repeat(26)],
  ['an object', { a: [1, undefined], b: undefined }, { a: [1, null] }],
  ['an object as long as allowed', { a: 'x'.repeat(18) }, { a: 'x'.repeat(18) }],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
])('%s is kept as JSON keeps it', async (_, output, kept) => {
  const call = await ran({ run: () => output, maxOutputBytes: 26 });
  expect(call).toMatchObject({ state: 'completed', output: kept });
  expect(call).not.toHaveProperty('content');
});

test.each([
  ['a text that is too long', 'x'.repeat(21), 'x'.repeat(21)],
  ['an object that is too long', { a: 'x'.repeat(20) }, '{"a":"xxxxxxxxxxxxxxxxxxxx"}'],
  ['a function', () => 1, '() => 1'],
  ['a number that is too big', 10n, '10'],
])('E6: of %s only a preview is kept', async (_, output, preview) => {
  const call = await ran({ run: () => output, maxOutputBytes: 20 });
  expect(call).toMatchObject({ state: 'completed', output: { note: 'result not storable', preview } });
});

test('E6: a preview has at most a thousand characters', async () => {
  const call = await ran({ run: () => 'x'.repeat(5_000), maxOutputBytes: 20 });
  expect(call).toMatchObject({ output: { preview: 'x'.repeat(1_000) } });
});

test('the model is shown what the tool presents, text or parts, and else the output', async () => {
  const parts = [{ type: 'file', mediaType: 'image/png', source: { type: 'url', url: 'https://a.b/c.png' } }] as const;
  const run = (): number => 7;
  expect(await ran({ run, present: (output) => `It is ${String(output)}.` })).toMatchObject({
    output: 7,
    content: [{ type: 'text', text: 'It is 7.' }],
  });
  expect(await ran({ run, present: () => parts })).toMatchObject({ output: 7, content: parts });
  const broken = await ran({
    run,
    present: () => {
      throw new Error('broken');
    },
  });
  expect(broken).toMatchObject({ state: 'completed', output: 7 });
  expect(broken).not.toHaveProperty('content');
});

test('a tool that is over leaves no timer behind', async () => {
  vi.useFakeTimers();
  await ran({ run: () => 'done' });
  expect(vi.getTimerCount()).toBe(0);
});

test('E1: what a tool declared once was cut by is told: its time was over, or it was stopped', async () => {
  vi.useFakeTimers();
  const late = ran({ effect: 'once', timeout: 50, run: () => new Promise(() => {}) });
  await vi.advanceTimersByTimeAsync(60);
  expect(await late).toMatchObject({ state: 'in-doubt', reason: 'it did not answer in time' });

  const stop = new AbortController();
  const work = tool({ description: 'Works', policy: 'allow', effect: 'once', run: () => new Promise(() => {}) });
  const conversation = new Conversation();
  conversation.say('Work');
  const model = scripted([{ calls: [{ name: 'work', input: {} }] }]);
  const run = createChat({ model, tools: { work } }).complete(conversation, { signal: stop.signal });
  const failed = expect(run).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  await vi.advanceTimersByTimeAsync(5_010);
  await failed;
  expect(callOf(conversation)).toMatchObject({ state: 'in-doubt', reason: 'it was stopped while it ran' });
});

test('a tool that asks for its signal only after it was stopped finds it aborted', async () => {
  const stop = new AbortController();
  const gate = Promise.withResolvers<void>();
  let aborted: boolean | undefined;
  const work = tool({
    description: 'Works',
    policy: 'allow',
    run: async (_, context) => {
      await gate.promise;
      aborted = context.signal.aborted;
      return 'done';
    },
  });
  const conversation = new Conversation();
  conversation.say('Work');
  const chat = createChat({ model: scripted([{ calls: [{ name: 'work', input: {} }] }]), tools: { work } });
  const run = chat.complete(conversation, { signal: stop.signal });
  setTimeout(() => {
    stop.abort();
    gate.resolve();
  }, 5);
  await expect(run).rejects.toThrow();
  expect(aborted).toBe(true);
  expect(callOf(conversation)).toMatchObject({ state: 'completed', output: 'done' });
});

/** A conversation whose call is found running by another process: it may be repeated, and is. */
function repeated(run: (attempt: number) => unknown, signal?: AbortSignal) {
  const errors: unknown[] = [];
  const work = tool({ description: 'Works', effect: 'idempotent', run: (_, { call }) => run(call.attempt!.number) });
  const attempt = { number: 1, startedAt: 0, deadline: 10 };
  const call = {
    id: 'c',
    name: 'work',
    arguments: '{}',
    input: {},
    revision: 4,
    effect: 'idempotent',
    attempt,
    state: 'running',
  } as const;
  const messages = [
    { id: 'a', role: 'user', parts: [], at: 0 },
    { id: 'b', role: 'assistant', parts: [{ type: 'tool', call }], at: 0, finish: 'tool-calls' },
  ] as const;
  const conversation = new Conversation({ messages, now: () => 1_000, newId: testIds() });
  const chat = createChat({ model: scripted(['Done.']), tools: { work }, onError: (error) => errors.push(error) });
  const ended = chat.complete(conversation, signal && { signal }).catch((error: unknown) => error);
  return { ended, errors, call: () => conversation.findCall('c')! };
}

test('E5: a throw in a repeated attempt is tried again after one and two seconds, and is in doubt then', async () => {
  vi.useFakeTimers();
  const attempts: number[] = [];
  const { ended, errors, call } = repeated((attempt) => {
    attempts.push(attempt);
    throw new Error('409');
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(attempts).toEqual([2]);
  await vi.advanceTimersByTimeAsync(999);
  expect(attempts).toEqual([2]);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toEqual([2, 2]);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(attempts).toEqual([2, 2]);
  await vi.advanceTimersByTimeAsync(1);
  expect([attempts, errors.length]).toEqual([[2, 2, 2], 3]);
  expect(await ended).toMatchObject({ type: 'paused', inDoubt: ['c'] });
  expect(call()).toMatchObject({
    state: 'in-doubt',
    reason: expect.stringMatching(/^it was tried again, and failed \(error id-\d+\)$/),
  });
});

test('E5: what works when it is tried again is completed, and what its author says did nothing failed', async () => {
  vi.useFakeTimers();
  let tries = 0;
  const works = repeated(() => {
    if ((tries += 1) === 1) throw new Error('409');
    return 'done';
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await works.ended).toMatchObject({ type: 'done' });
  expect(works.call()).toMatchObject({ state: 'completed', output: 'done' });
  const refuses = repeated(() => Promise.reject(new ToolError('sold out')));
  await vi.advanceTimersByTimeAsync(0);
  expect(await refuses.ended).toMatchObject({ type: 'done' });
  expect(refuses.call()).toMatchObject({ state: 'failed', reason: 'sold out', outcome: 'none' });
});

test('E5: a first attempt that throws is not tried again', async () => {
  let tries = 0;
  const call = await ran({
    effect: 'idempotent',
    run: () => {
      tries += 1;
      throw new Error('409');
    },
  });
  expect([tries, call.state === 'failed' && call.outcome]).toEqual([1, 'unknown']);
});

test('E1: a tool that answers a stop by throwing has not said how far it had come', async () => {
  const stop = new AbortController();
  const work = tool({
    description: 'Works',
    policy: 'allow',
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const conversation = new Conversation();
  conversation.say('Work');
  const chat = createChat({ model: scripted([{ calls: [{ name: 'work', input: {} }] }]), tools: { work } });
  setTimeout(() => stop.abort(new Error('enough')), 5);
  await expect(chat.complete(conversation, { signal: stop.signal })).rejects.toThrow('enough');
  expect(callOf(conversation)).toMatchObject({ state: 'cancelled', by: 'stop', outcome: 'unknown' });
});

test('what a tool emits stands in its message; what it reports is only told; after its end neither counts', async () => {
  let later = (): void => {};
  const work = tool({
    description: 'Works',
    policy: 'allow',
    run: (_, { progress, emit }) => {
      progress(0.5);
      emit('chart', { bars: [1, 2] });
      emit('note', 'half');
      later = () => {
        progress(1);
        emit('late', 1);
      };
      return 'done';
    },
  });
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Work');
  const look = tool({
    description: 'Looks',
    effect: 'read',
    run: () => new Promise((resolve) => setTimeout(() => resolve(later()), 5)),
  });
  const calls = ['work', 'look'].map((name) => ({ name, input: {} }));
  const { events, outline } = await recordEvents(
    createChat({ model: scripted([{ calls }, 'Done.']), tools: { work, look } }).stream(conversation),
  );
  expect(outline.filter((line) => line.startsWith('tool-progress'))).toEqual(['tool-progress work: 0.5']);
  expect(events.flatMap((event) => (event.type === 'data' ? [[event.part, event.value]] : []))).toEqual([
    [2, { type: 'data', name: 'chart', data: { bars: [1, 2] }, tool: 'work' }],
    [3, { type: 'data', name: 'note', data: 'half', tool: 'work' }],
  ]);
  expect(conversation.messages[1]!.parts.slice(2)).toMatchObject([{ name: 'chart' }, { name: 'note' }]);
});

test('a tool whose time is over is told so by its signal', async () => {
  vi.useFakeTimers();
  let reason: unknown;
  const call = ran({
    timeout: 50,
    run: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => (reason = signal.reason));
      }),
  });
  await vi.advanceTimersByTimeAsync(60);
  expect(await call).toMatchObject({ state: 'failed', outcome: 'unknown' });
  expect(reason).toMatchObject({ name: 'TimeoutError' });
});

test('X3: without a hook for errors they are printed, and the id in the call finds them', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const cause = new Error('password=1');
  const work = tool({ description: 'Works', policy: 'allow', run: () => Promise.reject(cause) });
  const conversation = new Conversation({ newId: testIds() });
  conversation.say('Work');
  await createChat({ model: scripted([{ calls: [{ name: 'work', input: {} }] }, 'Done.']), tools: { work } }).complete(
    conversation,
  );
  const call = callOf(conversation);
  expect(printed.mock.calls).toEqual([[`yourcall: error ${call.state === 'failed' && call.errorId}:`, cause]]);
  printed.mockRestore();
});
