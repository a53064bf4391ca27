import { describe, expect, test } from 'vitest';
import { quickClock } from '../../test/client/page.ts';
import { framesOf } from './frames.ts';

const text = 'event: format\ndata: {"format":1}\n\nid: c1\nevent: text\ndata: {"delta":"ünï 👍"}\n\n:\n\n';
const frames = [
  { name: 'format', data: { format: 1 }, cursor: '' },
  { name: 'text', data: { delta: 'ünï 👍' }, cursor: 'c1' },
];

/** A body of these pieces, which ends, or does not. */
function bodyOf(pieces: readonly Uint8Array[], isEndless = false) {
  let isLeft = false;
  const left = [...pieces];
  const stream = new ReadableStream<Uint8Array>({
    pull(body) {
      const piece = left.shift();
      if (piece) body.enqueue(piece);
      else if (!isEndless) body.close();
    },
    cancel() {
      isLeft = true;
    },
  });
  return { stream, isLeft: () => isLeft };
}

async function read(stream: ReadableStream<Uint8Array>, signal = new AbortController().signal) {
  const told: unknown[] = [];
  const reading = (async () => {
    for await (const some of framesOf(stream, { silence: 1_000, clock: quickClock() }, signal)) told.push(...some);
  })();
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { told, error };
}

const bytes = new TextEncoder().encode(text);

describe('the events of a body', () => {
  test('are the same wherever it is parted', async () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const { told } = await read(bodyOf([bytes.slice(0, at), bytes.slice(at)]).stream);
      expect(told).toEqual(frames);
    }
  });

  test('are whole: of one that was cut nothing is told', async () => {
    for (let end = 0; end <= bytes.length; end += 1) {
      const { told, error } = await read(bodyOf([bytes.slice(0, end)]).stream);
      expect([told, error]).toEqual([frames.slice(0, told.length), undefined]);
    }
  });

  test('that are no JSON are an error', async () => {
    const { told, error } = await read(bodyOf([bytes, new TextEncoder().encode('data: {"half\n\n')]).stream);
    expect([told, error]).toMatchObject([frames, { code: 'invalid-response', retryable: true }]);
  });

  test('that do not come are given up, and their body is left', async () => {
    const { stream, isLeft } = bodyOf([bytes], true);
    expect((await read(stream)).error).toMatchObject({ code: 'timeout', retryable: true });
    expect(isLeft()).toBe(true);
  });

  test('leave others their turn, however many come at once', async () => {
    const backlog = bodyOf(Array.from({ length: 50_000 }, () => bytes)).stream;
    const ending = new AbortController();
    setTimeout(() => ending.abort('enough'), 1);
    expect((await read(backlog, ending.signal)).error).toBe('enough');
  });

  test('end with the signal, also while they are waited for', async () => {
    const { stream, isLeft } = bodyOf([bytes], true);
    const ending = new AbortController();
    const reading = read(stream, ending.signal);
    await new Promise((resolve) => setTimeout(resolve, 1));
    ending.abort('enough');
    expect(await reading).toEqual({ told: frames, error: 'enough' });
    expect(isLeft()).toBe(true);
  });
});
