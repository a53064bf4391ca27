import { ChatError } from '../conversation/error.ts';
import { SseSplitter } from '../wire/sse.ts';
import { turnToRead } from '../wire/turn.ts';
import { machineClock } from './options.ts';
import type { ClientOptions } from './options.ts';

/** One event of a stream: its name, its JSON, and the place behind it. */
export interface Frame {
  readonly name: string;
  readonly data: unknown;
  /** Empty where the stream has no places. */
  readonly cursor: string;
}

/**
 * The events of a body, all that came with one read at once; of one that was cut in half nothing is told. Ends with the
 * body. Throws `ChatError` `network` when it breaks and `timeout` when nothing comes for too long, and the signal's reason.
 */
export async function* framesOf(
  body: ReadableStream<Uint8Array>,
  { silence = 45_000, clock = machineClock }: Pick<ClientOptions, 'silence' | 'clock'>,
  signal: AbortSignal,
): AsyncGenerator<readonly Frame[], void, undefined> {
  const reader = body.getReader();
  const text = new TextDecoder();
  let frames: Frame[] = [];
  const splitter = new SseSplitter((data, name, cursor = '') => frames.push({ name, data: parsed(data), cursor }));
  try {
    for (;;) {
      // A backlog is read without a pause otherwise, and nothing is drawn.
      await turnToRead();
      const { done, value } = await inTime(reader.read(), signal, (late) => clock.after(silence, late));
      if (done) return;
      splitter.push(text.decode(value, { stream: true }));
      if (frames.length > 0) yield frames;
      frames = [];
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** What is read, unless it is waited for too long or no more. */
async function inTime<T>(
  reading: Promise<T>,
  signal: AbortSignal,
  limit: (late: () => void) => () => void,
): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason);
  const forget = limit(() => reject(new ChatError('timeout', 'Reading events: nothing came.', { retryable: true })));
  signal.addEventListener('abort', leave, { once: true });
  const broken = (cause: unknown): never => {
    throw new ChatError('network', 'Reading events: the connection broke.', { retryable: true, cause });
  };
  try {
    return await Promise.race([reading.catch(broken), promise]);
  } finally {
    forget();
    signal.removeEventListener('abort', leave);
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ChatError('invalid-response', 'Reading events: one is not JSON.', { retryable: true, cause });
  }
}
