import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Frame } from './dialect.ts';
import { eventStream } from './event-stream.ts';
import { limitsOf } from './limits.ts';

const { heartbeat } = limitsOf({});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream of these frames, read piece by piece. */
function streamOf(frames: AsyncIterable<Frame>) {
  const ending = new AbortController();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const response = eventStream(frames, { headers: { 'x-run-id': 'r' }, heartbeat, ending, onError });
  const reader = response.body!.getReader();
  const read = async (): Promise<string> => {
    const { value, done } = await reader.read();
    return done ? 'the end' : new TextDecoder().decode(value);
  };
  return { response, ending, errors, reader, read };
}

/** Frames, the first of which are there at once. */
function frames(...there: readonly string[]) {
  const more = Promise.withResolvers<void>();
  let made = 0;
  let isLeft = false;
  return {
    more: more.resolve,
    fail: more.reject,
    get made() {
      return made;
    },
    get isLeft() {
      return isLeft;
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
      try {
        for (const data of there) {
          made += 1;
          yield { data };
        }
        await more.promise;
      } finally {
        isLeft = true;
      }
    },
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a stream of events', () => {
  test('is not to be kept, changed or held back by what it passes', () => {
    const { response } = streamOf(frames());
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-run-id': 'r',
    });
  });

  test('is never silent for ten seconds, after which Bun cuts it', () => {
    expect(heartbeat).toBeLessThan(10_000);
  });

  test('tells that it lives, at once and whenever it has told nothing for so long', async () => {
    const { read } = streamOf(frames('a'));
    expect([await read(), await read()]).toEqual([':\n\n', 'data: a\n\n']);
    const next = read();
    await settled();
    vi.advanceTimersByTime(heartbeat);
    expect(await next).toBe(':\n\n');
    const again = read();
    vi.advanceTimersByTime(heartbeat);
    expect(await again).toBe(':\n\n');
  });

  test('ends when its frames do, or break, which the log is told and the reader is not', async () => {
    const whole = frames('a');
    const good = streamOf(whole);
    whole.more();
    expect([await good.read(), await good.read(), await good.read()]).toEqual([':\n\n', 'data: a\n\n', 'the end']);
    const broken = frames();
    const { read, errors } = streamOf(broken);
    await read();
    broken.fail(new Error('password hunter2'));
    expect([await read(), errors]).toEqual(['the end', [new Error('password hunter2')]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends at once when it is to, though a frame is under way', async () => {
    const source = frames();
    const { read, ending } = streamOf(source);
    await read();
    const next = read();
    await settled();
    ending.abort();
    expect([await next, vi.getTimerCount()]).toEqual(['the end', 0]);
    source.more();
    await settled();
    expect(source.isLeft).toBe(true);
  });

  test('is over with its reader', async () => {
    const source = frames('a');
    const { reader, read, ending } = streamOf(source);
    await read();
    await read();
    await reader.cancel();
    expect([ending.signal.aborted, vi.getTimerCount()]).toEqual([true, 0]);
    source.more();
    await settled();
    expect(source.isLeft).toBe(true);
  });

  test('makes no frame that nobody asks for, and keeps one sign of life for who does not read', async () => {
    const source = frames(...Array.from({ length: 1_000 }, (_, index) => String(index)));
    const { read } = streamOf(source);
    expect([await read(), await read()]).toEqual([':\n\n', 'data: 0\n\n']);
    for (let beat = 0; beat < 100; beat += 1) {
      vi.advanceTimersByTime(heartbeat);
      await settled();
    }
    expect(source.made).toBe(1);
    expect([await read(), await read(), await read()]).toEqual([':\n\n', 'data: 1\n\n', 'data: 2\n\n']);
  });
});
