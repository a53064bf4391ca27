import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, ErrorEvent } from '../conversation/event.ts';
import { scripted } from '../testing/scripted.ts';
import { publicView } from './public-view.ts';
import { toResponse } from './response.ts';
import { SseSplitter } from './sse.ts';

interface Frame {
  readonly name: string;
  readonly event: ChatEvent;
}

function framesIn(text: string): Frame[] {
  const frames: Frame[] = [];
  const splitter = new SseSplitter((data, name) => frames.push({ name, event: JSON.parse(data) as ChatEvent }));
  splitter.push(text);
  splitter.end();
  return frames;
}

function said(text: string): Conversation {
  const conversation = new Conversation();
  conversation.say(text);
  return conversation;
}

const usage = { input: 1, output: 2, cachedInput: 0, reasoning: 0 };
const sum = { ...usage, unreported: 0, unreportedLength: 0 };
const text: ChatEvent = { type: 'text', message: 'm', part: 0, delta: 'a' };
const done: ChatEvent = { type: 'done', finish: 'stop', text: 'a', usage: sum };

async function* given(events: readonly ChatEvent[], error?: unknown): AsyncGenerator<ChatEvent, void> {
  yield* events;
  if (error !== undefined) throw error;
}

/** A run that never goes on by itself, and remembers that it was left. */
function waiting(): AsyncIterable<ChatEvent> & { readonly left: Promise<void>; go(event: ChatEvent): void } {
  const left = Promise.withResolvers<void>();
  const events: ChatEvent[] = [];
  let wake = (): void => {};
  const next = async (): Promise<IteratorResult<ChatEvent>> => {
    if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return { value: events.shift()!, done: false };
  };
  return {
    left: left.promise,
    go(event) {
      events.push(event);
      wake();
    },
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        left.resolve();
        return { value: undefined, done: true };
      },
    }),
  };
}

describe('a run as a response', () => {
  test('is server-sent events: named, numbered, one JSON each', async () => {
    const response = toResponse(given([text, done]));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(await response.text()).toBe(
      ':\n\n' +
        `id: 1\nevent: text\ndata: ${JSON.stringify(text)}\n\n` +
        `id: 2\nevent: done\ndata: ${JSON.stringify(done)}\n\n`,
    );
  });

  test('takes headers', () => {
    const { headers } = toResponse(given([]), { headers: { 'Cache-Control': 'no-store', 'x-a': '1' } });
    expect([headers.get('cache-control'), headers.get('x-a'), headers.get('x-accel-buffering')]).toEqual([
      'no-store',
      '1',
      'no',
    ]);
  });

  test('tells a whole run: its events fold to the same conversation', async () => {
    const add = tool({
      description: 'adds',
      input: z.object({}),
      effect: 'read',
      run: () => 3,
    });
    const model = scripted([{ calls: [{ name: 'add', input: {} }] }, 'It is 3.']);
    const conversation = said('1 + 2?');
    const beginning = conversation.toJSON();
    const chat = createChat({ model, tools: { add } });
    const frames = framesIn(await toResponse(chat.stream(conversation)).text());
    expect(frames.every(({ name, event }) => name === event.type)).toBe(true);
    expect(frames.at(-1)?.event).toMatchObject({ type: 'done', text: 'It is 3.' });
    const client = Conversation.parse(JSON.stringify(beginning));
    for (const { event } of frames) client.apply(event);
    expect(client.messages).toEqual(JSON.parse(JSON.stringify(conversation.messages)));
  });

  test('begins when it is read', async () => {
    let begun = false;
    const events = (async function* (): AsyncGenerator<ChatEvent, void> {
      begun = true;
      yield done;
    })();
    const response = toResponse(events);
    await new Promise(setImmediate);
    expect(begun).toBe(false);
    expect(await response.text()).toContain('event: done');
  });
});

describe('a run that fails', () => {
  const failed: ErrorEvent = {
    type: 'error',
    code: 'provider',
    message: 'sk-1 at db:5432',
    retryable: true,
    usage: sum,
  };

  test('tells its code, and the log the rest (X3)', async () => {
    const onError = vi.fn();
    const error = new ChatError('provider', 'sk-1', { cause: new Error('db:5432') });
    const body = await toResponse(given([text, failed], error), { onError }).text();
    expect(framesIn(body).map(({ event }) => event)).toEqual([
      text,
      { type: 'error', code: 'provider', message: 'The run failed: provider.', retryable: true, usage: sum },
    ]);
    expect(body).not.toMatch(/sk-1|db:5432|stack|cause/);
    expect(onError.mock.calls).toEqual([[error]]);
  });

  test('without telling is told all the same, once', async () => {
    const onError = vi.fn();
    const ends = async (error: unknown) => {
      const frames = framesIn(await toResponse(given([text], error), { onError }).text());
      expect(frames).toHaveLength(2);
      return frames[1]?.event;
    };
    expect(await ends(new Error('sk-1'))).toMatchObject({ type: 'error', code: 'provider', retryable: false });
    expect(await ends(new ChatError('busy', 'sk-1'))).toMatchObject({ code: 'busy', message: 'The run failed: busy.' });
    expect(onError).toHaveBeenCalledTimes(2);
  });

  test('because it was stopped is no error for the log', async () => {
    const onError = vi.fn();
    const stopped: ChatEvent = { ...failed, code: 'aborted' };
    const frames = framesIn(await toResponse(given([stopped], 'enough'), { onError }).text());
    expect(frames.map(({ event }) => event)).toMatchObject([{ type: 'error', code: 'aborted' }]);
    expect(onError).not.toHaveBeenCalled();
  });

  test('because an event is no JSON is stopped', async () => {
    const onError = vi.fn();
    let isLeft = false;
    const events = (async function* (): AsyncGenerator<ChatEvent, void> {
      try {
        yield { type: 'tool-progress', id: 'c', name: 'n', progress: 1n };
        yield done;
      } finally {
        isLeft = true;
      }
    })();
    const frames = framesIn(await toResponse(events, { onError }).text());
    expect(frames.map(({ event }) => event)).toMatchObject([{ type: 'error', code: 'provider' }]);
    expect(isLeft).toBe(true);
  });
});

describe('a client that goes away', () => {
  test('stops the run: while it waits for an event, and before the first', async () => {
    const events = waiting();
    const reader = toResponse(events).body!.getReader();
    await reader.read();
    const read = reader.read();
    await reader.cancel();
    expect(await read).toEqual({ value: undefined, done: true });
    await events.left;

    const unread = waiting();
    await toResponse(unread).body!.cancel();
    await unread.left;
  });

  test('stops a real run, whose tools hear of it (E4)', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const slow = tool({
      description: 'is slow',
      input: z.object({}),
      effect: 'read',
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped.resolve(true);
            reject(signal.reason as Error);
          });
        }),
    });
    const chat = createChat({ model: scripted([{ calls: [{ name: 'slow', input: {} }] }]), tools: { slow } });
    const conversation = said('go');
    const reader = toResponse(chat.stream(conversation)).body!.getReader();
    for (let seen = ''; !seen.includes('"running"');) seen += new TextDecoder().decode((await reader.read()).value);
    const read = reader.read();
    await reader.cancel();
    await Promise.all([read, stopped.promise]);
    expect(conversation.unsettled).toEqual([]);
  });

  test('by the signal of its request ends the response too', async () => {
    for (const when of ['before', 'meanwhile']) {
      const controller = new AbortController();
      const events = waiting();
      if (when === 'before') controller.abort();
      const body = toResponse(events, { signal: controller.signal }).text();
      if (when === 'meanwhile') {
        events.go(text);
        setTimeout(() => controller.abort(), 5);
      }
      expect(await body).toEqual(when === 'before' ? ':\n\n' : expect.stringContaining('event: text'));
      await events.left;
    }
  });
});

describe('a run with nothing to tell', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('keeps the connection open with comments, to a reader who reads', async () => {
    const events = waiting();
    const reader = toResponse(events).body!.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe(':\n\n');
    const next = read();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await next).toBe(':\n\n');
    // Nobody reads: one comment is enough.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await read()).toBe(':\n\n');
    const last = read();
    events.go(text);
    expect(await last).toContain('event: text');
    await reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a client may see (X3)', () => {
  const origin = { provider: 'p', model: 'm', data: 'secret' };
  const raw = { secret: 1 };
  const decisions = [{ decision: { type: 'approve' }, by: 'secret', at: 1, revision: 1 }] as never;
  const call = { id: 'c', name: 'n', revision: 2, arguments: '{"origin":1}', input: { origin: 'Rome', raw: 1 } };

  test.each<ChatEvent>([
    {
      type: 'message',
      message: {
        id: 'm',
        role: 'assistant',
        at: 1,
        usage: { ...usage, raw },
        parts: [
          { type: 'text', text: 'a', origin },
          { type: 'reasoning', text: 'b', origin },
          { type: 'data', name: 'd', data: { origin: 'Rome' } },
          { type: 'tool', origin, call: { ...call, state: 'running', decisions } },
        ],
      },
    },
    { ...text, origin },
    {
      type: 'tool',
      message: 'm',
      part: 0,
      origin,
      call: { ...call, state: 'completed', output: { raw: 1 }, decisions },
    },
    { type: 'tool', call: { ...call, state: 'running', decisions } },
    {
      type: 'tool',
      call: { ...call, state: 'awaiting-approval', requirements: [{ quorum: 2, given: [{ by: 'secret', at: 1 }] }] },
    },
    { type: 'tool', call: { ...call, state: 'completed', output: 1 }, origin },
    {
      type: 'file',
      message: 'm',
      part: 1,
      value: { type: 'file', mediaType: 'a/b', source: { type: 'url', url: 'u' }, origin },
    },
    { type: 'step-end', message: 'm', finish: 'stop', model: { provider: 'p', id: 'm' }, usage: { ...usage, raw } },
    { type: 'reset', message: 'm', keep: true, reason: 'secret', usage: { ...usage, raw } },
    { type: 'error', code: 'provider', message: 'secret', retryable: false, usage: sum },
    { type: 'warning', reason: 'Asking openai/m: too much for organization secret. Asked again in 0.5 s.' },
  ])('of %j is not what is for providers and the log (X3)', (event) => {
    const seen = JSON.stringify(publicView(event));
    expect(JSON.stringify(event)).toContain('secret');
    expect(seen).not.toContain('secret');
    expect(JSON.parse(seen)).toMatchObject({ type: event.type });
  });

  test('is not what a tool keeps to itself, but for the page that runs it', async () => {
    const kept = {
      ...call,
      input: { password: 'secret' },
      arguments: '{"password":"secret"}',
      sensitive: ['password'],
    };
    const told = async (event: ChatEvent) => (await toResponse(given([event])).text()).includes('secret');
    const moved: readonly ChatEvent[] = [
      { type: 'tool', message: 'm', part: 0, call: { ...kept, state: 'proposed' } },
      { type: 'tool', call: { ...kept, state: 'completed', output: { password: 'secret' }, content: [] } },
      { type: 'tool-progress', id: 'c', name: 'n', progress: { password: 'secret' }, sensitive: ['password'] },
    ];
    expect(await Promise.all(moved.map(told))).toEqual([false, false, false]);
    expect(await told({ type: 'tool', call: { ...kept, state: 'awaiting-result' } })).toBe(true);
  });

  test('is what tools and people said, whatever their words', () => {
    const event = {
      type: 'tool',
      call: { ...call, state: 'completed', output: { origin: 'a', decisions: 1 } },
    } as const;
    expect(publicView(event)).toEqual(event);
    const data = {
      type: 'data',
      message: 'm',
      part: 0,
      value: { type: 'data', name: 'd', data: { origin: 1 } },
    } as const;
    expect(publicView(data)).toEqual(data);
    expect(publicView(done)).toBe(done);
    const unheard = { type: 'warning', setting: 'seed', reason: 'openai/m takes no seed.' } as const;
    expect(publicView(unheard)).toEqual(unheard);
  });
});
