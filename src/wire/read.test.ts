import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError } from '../conversation/error.ts';
import { opening } from './opening.ts';
import { readEvents } from './read.ts';
import type { Decoder } from './read.ts';

class Words implements Decoder<string> {
  isDone = false;
  push(data: string, _name: string, events: string[]): void {
    if (data === 'boom') throw new ChatError('provider', 'boom');
    if (data === 'trap') throw new TypeError('undefined is not a function');
    if (data === 'done') this.isDone = true;
    else events.push(data);
  }
  end(events: string[]): void {
    events.push('end');
  }
}

interface Server {
  readonly body: ReadableStream<Uint8Array>;
  send(data: string | Uint8Array): void;
  close(): void;
  fail(error: unknown): void;
  readonly cancelled: () => boolean;
}

function server(): Server {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => void (cancelled = true),
  });
  return {
    body,
    send: (data) => controller.enqueue(typeof data === 'string' ? new TextEncoder().encode(data) : data),
    close: () => controller.close(),
    fail: (error) => controller.error(error),
    cancelled: () => cancelled,
  };
}

function read(body: ReadableStream<Uint8Array>, signal = new AbortController().signal) {
  return readEvents(body, new Words(), { what: 'Asking test/model', signal, idleTimeout: 1000 });
}

describe('reading a body', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('what is nested so deeply that it would break whoever walks through it is refused', async () => {
    const { body, send } = server();
    const events = read(body);
    send(`data: a\n\ndata: ${'['.repeat(5000)}\n\n`);
    expect(await events.next()).toEqual({ value: ['a'], done: false });
    const reason = 'Asking test/model: the answer is nested too deeply.';
    await expect(events.next()).rejects.toMatchObject({ code: 'invalid-response', message: reason });
  });

  test('where a decoder stumbles the answer is to blame', async () => {
    const { body, send } = server();
    send('data: trap\n\n');
    const error = await read(body)
      .next()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject({ code: 'invalid-response', retryable: true, cause: expect.any(TypeError) });
  });

  test('each step gives what one read held, and no step gives nothing', async () => {
    const { body, send, close } = server();
    const events = read(body);
    send('data: a\n\ndata: b\n\nda');
    expect(await events.next()).toEqual({ value: ['a', 'b'], done: false });
    send('ta: ');
    send('c\n\n');
    expect(await events.next()).toEqual({ value: ['c'], done: false });
    close();
    expect(await events.next()).toEqual({ value: ['end'], done: false });
    expect(await events.next()).toEqual({ value: undefined, done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a character may be cut', async () => {
    const bytes = new TextEncoder().encode('data: é😀\n\n');
    const { body, send, close } = server();
    for (const byte of bytes) send(Uint8Array.of(byte));
    close();
    const words: string[] = [];
    for await (const batch of read(body)) words.push(...batch);
    expect(words).toEqual(['é😀', 'end']);
  });

  test('what was decoded before an error comes before it', async () => {
    const { body, send, cancelled } = server();
    const events = read(body);
    send('data: a\n\ndata: boom\n\ndata: b\n\n');
    expect(await events.next()).toEqual({ value: ['a'], done: false });
    await expect(events.next()).rejects.toThrow('boom');
    expect(await events.next()).toEqual({ value: undefined, done: true });
    expect(cancelled()).toBe(true);
  });

  test('leaving early cancels the body', async () => {
    const { body, send, cancelled } = server();
    send('data: a\n\n');
    for await (const words of read(body)) {
      expect(words).toEqual(['a']);
      break;
    }
    expect(cancelled()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an abort throws its reason, in the middle of a read too', async () => {
    const { body, cancelled } = server();
    const controller = new AbortController();
    const step = read(body, controller.signal).next();
    controller.abort(new Error('enough'));
    await expect(step).rejects.toThrow('enough');
    expect(cancelled()).toBe(true);
  });

  test('a connection that breaks is a network error, unless the answer was complete', async () => {
    const broken = server();
    const step = read(broken.body).next();
    broken.fail(new TypeError('terminated'));
    await expect(step).rejects.toMatchObject({ code: 'network', retryable: true });

    const complete = server();
    const events = read(complete.body);
    complete.send('data: a\n\ndata: done\n\n');
    await events.next();
    complete.fail(new TypeError('terminated'));
    expect(await events.next()).toEqual({ value: ['end'], done: false });
  });

  test('silence is a timeout; the time in which nobody reads is not silence', async () => {
    const { body, send } = server();
    const events = read(body);
    send('data: a\n\n');
    await events.next();
    await vi.advanceTimersByTimeAsync(5000);
    send('data: b\n\n');
    expect(await events.next()).toEqual({ value: ['b'], done: false });
    const step = expect(events.next()).rejects.toMatchObject({ code: 'timeout', retryable: true });
    await vi.advanceTimersByTimeAsync(2100);
    await step;
  });

  test('a body that stays open after a complete answer is left', async () => {
    const { body, send, cancelled } = server();
    const events = read(body);
    send('data: done\n\n');
    const step = events.next();
    await vi.advanceTimersByTimeAsync(600);
    expect(await step).toEqual({ value: ['end'], done: false });
    expect(cancelled()).toBe(true);
  });

  test('a request that failed is not sent again', async () => {
    let sent = 0;
    const events = opening(() => Promise.reject(new Error(`no ${(sent += 1)}`)));
    await expect(events.next()).rejects.toThrow('no 1');
    expect((await events.next()).done).toBe(true);
  });

  test('an iterator that is left while it opens is closed', async () => {
    const { body, cancelled } = server();
    const events = opening(async () => read(body));
    const step = events.next();
    await events.return?.();
    expect((await step).done).toBe(true);
    expect(cancelled()).toBe(true);
  });
});

describe('a read with its takers', () => {
  const told = { took: (step: IteratorResult<readonly string[], undefined>) => step.value, failed: () => 'failed' };

  test('tells what came, what was thrown instead, and the end', async () => {
    const { body, send, close } = server();
    const events = read(body);
    const next = () => events.nextThen!<unknown>(told.took, told.failed);
    send('data: a\n\ndata: boom\n\n');
    close();
    expect(await next()).toEqual(['a']);
    expect(await next()).toBe('failed');
    expect(await next()).toBe(undefined);
  });

  test('ends with the abort, and with a reader that throws at once', async () => {
    const controller = new AbortController();
    const waiting = read(server().body, controller.signal).nextThen!<unknown>(told.took, String);
    controller.abort('stopped');
    expect(await waiting).toBe('stopped');
    const broken = {
      getReader: () => ({
        read: () => {
          throw new Error('no reader');
        },
        cancel: async () => {},
      }),
      cancel: async () => {},
    };
    const { signal } = new AbortController();
    const events = readEvents(broken, new Words(), { what: 'Asking test/model', signal });
    expect(await events.nextThen!<unknown>(told.took, String)).toContain('the answer broke off');
  });

  test('is not there before the answer has begun, nor after it was left', async () => {
    const { body, send } = server();
    const events = opening(async () => read(body));
    expect(events.nextThen!<unknown>(told.took, told.failed)).toBe(undefined);
    send('data: a\n\n');
    await events.next();
    send('data: b\n\n');
    expect(await events.nextThen!<unknown>(told.took, told.failed)).toEqual(['b']);
    await events.return!();
    expect(events.nextThen!<unknown>(told.took, told.failed)).toBe(undefined);
  });
});
