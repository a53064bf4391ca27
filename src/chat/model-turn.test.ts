import { expect, test } from 'vitest';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { outline } from '../testing/outline.ts';
import { recordEvents } from '../testing/record-events.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { testIds } from '../testing/test-ids.ts';
import { createChat } from './chat.ts';
import type { Model, ModelEvent } from './model.ts';

function said(now?: () => number): Conversation {
  const conversation = new Conversation({ id: 'talk', newId: testIds(), ...(now && { now }) });
  conversation.say('Hi');
  return conversation;
}

const finish: ModelEvent = { type: 'finish', reason: 'stop' };

/** What one turn tells after its message opened, its end included. */
async function told(...events: readonly (ModelEvent | readonly ModelEvent[])[]): Promise<readonly ChatEvent[]> {
  const chat = createChat({ model: scripted([{ events }, 'Done.']) });
  const recorded = await recordEvents(chat.stream(said()));
  return recorded.events.slice(2, recorded.events.findIndex(({ type }) => type === 'step-end') + 1);
}

test('L4: a new part begins when the kind changes, or where the model numbers its parts', async () => {
  const text = (delta: string, part?: number): ModelEvent => ({
    type: 'text',
    delta,
    ...(part !== undefined && { part }),
  });
  const thought: ModelEvent = { type: 'reasoning', delta: 'hm' };
  const plain = await told([text('a'), text('b'), thought, text('c')], finish);
  expect(plain.flatMap((event) => ('delta' in event && 'part' in event ? [[event.delta, event.part]] : []))).toEqual([
    ['a', 0],
    ['b', 0],
    ['hm', 1],
    ['c', 2],
  ]);
  const numbered = await told(text('a', 0), text('x', 1), text('b', 0), thought, text('y', 1), finish);
  expect(numbered.flatMap((event) => ('delta' in event && 'part' in event ? [[event.delta, event.part]] : []))).toEqual(
    [
      ['a', 0],
      ['x', 1],
      ['b', 0],
      ['hm', 2],
      ['y', 1],
    ],
  );
});

test('files, sources and data are parts of their own, and what was signed keeps its origin', async () => {
  const origin = { provider: 'scripted', model: 'script', data: 'signed' };
  const value = { type: 'data', name: 'mood', data: 'good' } as const;
  const source = { type: 'source', url: 'https://a.b' } as const;
  const events = await told(
    { type: 'text', delta: 'a', origin },
    { type: 'part', value },
    { type: 'part', value: source },
    { type: 'reasoning', delta: 'hm', origin },
    { type: 'text', delta: 'b' },
    finish,
  );
  expect(events.slice(0, -1)).toEqual([
    { type: 'text', message: 'id-2', part: 0, delta: 'a', origin },
    { type: 'data', message: 'id-2', part: 1, value },
    { type: 'source', message: 'id-2', part: 2, value: source },
    { type: 'reasoning', message: 'id-2', part: 3, delta: 'hm', origin },
    { type: 'text', message: 'id-2', part: 4, delta: 'b' },
  ]);
});

test('a call has an id of its own, which its pieces know, and keeps what the provider said of it', async () => {
  const origin = { provider: 'scripted', model: 'script', data: 'signed' };
  const [piece, keyed, free] = await told(
    { type: 'tool-input', key: 'k', name: 'look', delta: '{' },
    { type: 'call', key: 'k', id: 'theirs', name: 'look', arguments: '{', incomplete: true, origin },
    { type: 'call', name: 'look', arguments: '', providerExecuted: true },
    finish,
  );
  expect(piece).toEqual({ type: 'tool-input', message: 'id-2', id: 'id-3', name: 'look', delta: '{' });
  const call = {
    id: 'id-3',
    providerId: 'theirs',
    name: 'look',
    arguments: '{',
    revision: 1,
    incomplete: true,
    state: 'proposed',
  };
  expect(keyed).toEqual({ type: 'tool', message: 'id-2', part: 0, call, origin });
  expect(free).toMatchObject({ type: 'tool', message: 'id-2', part: 1, call: { id: 'id-4', providerExecuted: true } });
  expect(free).not.toHaveProperty('call.providerId');
});

test('a key that a model uses again is another call', async () => {
  const piece: ModelEvent = { type: 'tool-input', key: 'k', name: 'look', delta: '{}' };
  const whole: ModelEvent = { type: 'call', key: 'k', name: 'look', arguments: '{}' };
  const events = await told(piece, whole, piece, whole, { type: 'finish', reason: 'tool-calls' });
  const ids = events.flatMap((event) =>
    event.type === 'tool-input' ? event.id : event.type === 'tool' ? event.call.id : [],
  );
  expect(ids).toEqual(['id-3', 'id-3', 'id-4', 'id-4']);
});

test('a warning of the model is told', async () => {
  const warning = { type: 'warning', setting: 'topK', reason: 'it takes no topK' } as const;
  expect(await told(warning, finish)).toEqual([warning, expect.objectContaining({ type: 'step-end' })]);
});

test('a step ends with what the model said of itself, and with its time', async () => {
  const clock = testClock(1_000);
  const wait = (milliseconds: number): Promise<void> => Promise.resolve().then(() => clock.advance(milliseconds));
  const usage = { input: 1, output: 2, cachedInput: 0, reasoning: 0 };
  const model: Model = {
    provider: 'test',
    id: 'asked',
    async *stream() {
      await wait(30);
      yield { type: 'text', delta: 'a' };
      await wait(40);
      yield { type: 'usage', usage };
      yield { type: 'finish', reason: 'stop', raw: 'end_turn', model: 'answered', responseId: 'r1' };
    },
  };
  const conversation = said(clock.now);
  const { events } = await recordEvents(createChat({ model }).stream(conversation));
  expect(events.find(({ type }) => type === 'step-end')).toEqual({
    type: 'step-end',
    message: 'id-2',
    finish: 'stop',
    rawFinish: 'end_turn',
    usage,
    model: { provider: 'test', id: 'answered' },
    responseId: 'r1',
    timing: { first: 30, total: 70 },
  });
  const [bare] = (await told(finish)).filter(({ type }) => type === 'step-end');
  expect(bare).not.toHaveProperty('rawFinish');
  expect(bare).not.toHaveProperty('responseId');
  expect(bare).not.toHaveProperty('usage');
});

test('who really answered stands in the message, and the model is told of it', async () => {
  const heard: unknown[] = [];
  const model = {
    ...scripted([{ events: [{ ...finish, provider: 'other', model: 'theirs' }] }]),
    done: (response: unknown) => heard.push(response),
  };
  const conversation = said();
  const { events } = await recordEvents(createChat({ model }).stream(conversation));
  const name = { provider: 'other', id: 'theirs' };
  expect(events.find(({ type }) => type === 'step-end')).toMatchObject({ model: name });
  expect(conversation.messages[1]).toMatchObject({ model: name });
  expect(heard).toMatchObject([{ provider: 'other', model: 'theirs' }]);
});

test('L8: a reader that leaves ends the stream of the model, and the log says why', async () => {
  let ended = false;
  const model: Model = {
    provider: 'test',
    id: 'endless',
    async *stream() {
      try {
        for (;;) yield { type: 'text', delta: 'on ' };
      } finally {
        ended = true;
      }
    },
  };
  const committed: ChatEvent[] = [];
  const conversation = said();
  const commit = (events: readonly ChatEvent[]): void => void committed.push(...events);
  for await (const event of createChat({ model }).stream(conversation, { commit })) if (event.type === 'text') break;
  expect(ended).toBe(true);
  expect(committed.slice(-2)).toMatchObject([
    { type: 'reset', keep: true, reason: 'the reader left' },
    { type: 'error', code: 'aborted' },
  ]);
  expect(conversation.messages.at(-1)).toMatchObject({ interrupted: true, parts: [{ text: 'on ' }] });
});

test('a message that opens says which model speaks', async () => {
  const { events } = await recordEvents(createChat({ model: scripted(['Hello.']) }).stream(said()));
  expect(events[1]).toMatchObject({ type: 'message', message: { model: { provider: 'scripted', id: 'script' } } });
});

test('E7: a stop while the opening is committed asks no model', async () => {
  const stop = new AbortController();
  const model = scripted(['Hello.']);
  const commit = async (): Promise<void> => {
    await Promise.resolve();
    stop.abort(new Error('enough'));
  };
  const chat = createChat({ model });
  const { outline: lines } = await recordEvents(chat.stream(said(), { commit, signal: stop.signal }));
  expect([lines.at(-1), model.requests]).toEqual(['error: aborted', []]);
});

test('L4: what is asked again after it had begun is a message of its own', async () => {
  const cut = new ChatError('network', 'The line was cut.', { retryable: true });
  const chat = createChat({ model: scripted([{ text: 'Hel', error: cut }, 'Hello.']), retry: () => 0 });
  const { events, outline: lines } = await recordEvents(chat.stream(said()));
  expect(lines.slice(1, 5)).toEqual([
    'assistant',
    'text: Hel',
    'reset: removed',
    'warning: The line was cut. Asked again in 0.0 s.',
  ]);
  const opened = events.flatMap((event) => (event.type === 'message' ? [event.message.id] : []));
  expect(new Set(opened).size).toBe(3);
});

test('L4: a model that begins anew begins its parts and its calls anew', async () => {
  const piece: ModelEvent = { type: 'tool-input', key: 'k', name: 'look', delta: '{' };
  const text: ModelEvent = { type: 'text', delta: 'a' };
  const reset: ModelEvent = { type: 'reset', reason: 'another provider took over' };
  const events = await told(piece, text, reset, text, piece, finish);
  const ids = events.flatMap((event) => (event.type === 'tool-input' ? [event.id] : []));
  expect(new Set(ids).size).toBe(2);
  expect(events.flatMap((event) => (event.type === 'text' ? [event.part] : []))).toEqual([0, 0]);
});

test('L3: a stop ends the wait for a model that does not listen, which is told once', async () => {
  let left = 0;
  const never = new Promise<never>(() => {});
  const reading = { next: () => never, return: () => ((left += 1), never) };
  const deaf = { [Symbol.asyncIterator]: () => reading };
  const stop = new AbortController();
  const chat = createChat({ model: { provider: 'test', id: 'deaf', stream: () => deaf } });
  const run = recordEvents(chat.stream(said(), { signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('enough')), 1);
  expect(await run).toMatchObject({ error: new Error('enough') });
  expect((await run).outline.slice(1)).toEqual(['assistant', 'reset: kept', 'error: aborted']);
  expect(left).toBe(1);
});

test('a model whose event makes no sense fails, and is stopped', async () => {
  let stopped = false;
  const model: Model = {
    provider: 'test',
    id: 'odd',
    async *stream({ signal }) {
      signal.addEventListener('abort', () => (stopped = true));
      yield 'nonsense' as never;
    },
  };
  const { outline: lines } = await recordEvents(createChat({ model }).stream(said()));
  expect([lines.at(-1), stopped]).toEqual(['error: provider', true]);
});

test('a model that breaks says why in the log, and what it threw is kept for the caller', async () => {
  const cause = new Error('the line was cut');
  const { events, error } = await recordEvents(
    createChat({ model: scripted([{ text: 'So', error: cause }]) }).stream(said()),
  );
  expect(error).toMatchObject({ code: 'provider', cause });
  expect(events.find(({ type }) => type === 'reset')).toMatchObject({ reason: 'the line was cut' });
});

test('L3: an answer whose commit is refused ends the run as fenced, and nothing more is committed', async () => {
  let commits = 0;
  const commit = (events: readonly ChatEvent[]): void => {
    commits += 1;
    if (events.some(({ type }) => type === 'step-end')) throw new Error('disk full');
  };
  const conversation = said();
  const { outline } = await recordEvents(createChat({ model: scripted(['Hello.']) }).stream(conversation, { commit }));
  expect(outline.slice(-2)).toEqual(['step-end: stop', 'error: fenced']);
  expect(conversation.messages.at(-1)).toMatchObject({ finish: 'stop', parts: [{ text: 'Hello.' }] });
  expect(commits).toBe(2);
});

test('L4: a model that begins anew withdraws what it said, and both are in the log', async () => {
  const usage = { input: 3, output: 1, cachedInput: 0, reasoning: 0 };
  const events: readonly ModelEvent[] = [
    { type: 'text', delta: 'Hel', part: 0 },
    { type: 'tool-input', key: 'k', name: 'look', delta: '{' },
    { type: 'usage', usage },
    { type: 'reset', reason: 'another provider took over' },
    { type: 'warning', reason: 'slow' },
    { type: 'reasoning', delta: 'hm' },
    { type: 'text', delta: 'Hello.', part: 0 },
    finish,
  ];
  const committed: ChatEvent[] = [];
  const conversation = said();
  const commit = (batch: readonly ChatEvent[]): void => void committed.push(...batch);
  const run = await recordEvents(createChat({ model: scripted([{ events }]) }).stream(conversation, { commit }));
  expect(run.outline.slice(1)).toEqual([
    'assistant',
    'text: Hel',
    'tool-input look: {',
    'reset: removed',
    'assistant',
    'warning: slow',
    'reasoning: hm',
    'text: Hello.',
    'step-end: stop',
    'done: stop',
  ]);
  expect(conversation.messages.at(-1)?.parts).toEqual([
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'Hello.' },
  ]);
  // What the first provider told of its cost is kept; the second one told nothing.
  expect(conversation.run.usage).toMatchObject({ input: 3, unreported: 1 });
  expect(outline(committed)).toEqual([
    'user: Hi',
    'assistant',
    'reset: removed',
    'assistant',
    'warning: slow',
    'assistant',
    'step-end: stop',
    'done: stop',
  ]);
});

test('P2, L8: an answer that was cut by the end of its process is kept as far as it came, and asked for again', async () => {
  const half = { id: 'b', role: 'assistant', parts: [{ type: 'text', text: 'So fa' }], at: 1 } as const;
  const user = { id: 'a', role: 'user', parts: [{ type: 'text', text: 'Hi' }], at: 1 } as const;
  const conversation = new Conversation({ messages: [user, half] });
  const { outline: lines, events } = await recordEvents(
    createChat({ model: scripted(['So far.']) }).stream(conversation),
  );
  expect(lines.slice(0, 2)).toEqual(['reset: kept', 'assistant']);
  expect(events[0]).toMatchObject({ message: 'b', reason: 'the process that asked for it ended' });
  expect(conversation.messages).toMatchObject([
    { id: 'a' },
    { id: 'b', interrupted: true, parts: [{ text: 'So fa' }] },
    { finish: 'stop' },
  ]);
});

test('L8: of an answer that was cut, calls that nobody looked at are withdrawn, also when somebody spoke since', async () => {
  const call = { id: 'c', name: 'pay', arguments: '{}', revision: 1, state: 'proposed' } as const;
  const half: Message = { id: 'b', role: 'assistant', parts: [{ type: 'tool', call }], at: 1 };
  const word: Message = { id: 'w', role: 'user', parts: [{ type: 'text', text: 'Well?' }], at: 2 };
  const opened = async (...messages: readonly Message[]): Promise<readonly string[]> => {
    const chat = createChat({ model: scripted(['Done.']) });
    return (await recordEvents(chat.stream(new Conversation({ messages })))).outline;
  };
  expect((await opened(half, word))[0]).toBe('reset: kept');
  expect((await opened(half))[0]).toBe('reset: kept');
  expect((await opened({ ...half, interrupted: true, parts: [] }, word))[0]).toBe('assistant');
  expect((await opened({ ...half, finish: 'stop', parts: [] }, word))[0]).toBe('assistant');
  // Nothing is lost by what was said and is whole, and followed by a word.
  const settled = { ...call, state: 'denied', by: 'policy' } as const;
  expect((await opened({ ...half, parts: [{ type: 'tool', call: settled }] }, word))[0]).toBe('assistant');
});
