import type { Frame } from './dialect.ts';

/** How frames become a response. */
export interface EventStream {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds between signs of life. */
  readonly heartbeat: number;
  /** Aborted when nobody is to read on, by whoever aborts it; also by the reader who leaves. */
  readonly ending: AbortController;
  /** Told of what broke; the reader comes back with its place. */
  readonly onError: (error: unknown) => void;
}

/**
 * Frames as a response of server-sent events. A frame is made only when the reader asks for it, so that a slow one holds no
 * memory; comments keep the connection open, and the first is sent at once.
 */
export function eventStream(frames: AsyncIterable<Frame>, about: EventStream): Response {
  const body = new ReadableStream(sourceOf(frames, about), { highWaterMark: 0 });
  return new Response(body, { headers: { ...usual, ...about.headers } });
}

const usual = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Compression would hold events back.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

function sourceOf(
  frames: AsyncIterable<Frame>,
  { heartbeat, ending, onError }: EventStream,
): UnderlyingDefaultSource<Uint8Array> {
  const iterator = frames[Symbol.asyncIterator]();
  const { signal } = ending;
  let body: ReadableStreamDefaultController<Uint8Array>;
  let timer: ReturnType<typeof setInterval> | undefined;
  const write = (text: string): void => body.enqueue(encoder.encode(text));
  /** Not by way of a generator, whose end would wait for the frame that is under way. */
  const end = (): void => {
    clearInterval(timer);
    iterator.return?.()?.catch(onError);
  };
  const close = (): void => {
    body.close();
    end();
  };
  return {
    start(controller) {
      body = controller;
      write(comment);
      if (signal.aborted) close();
      else signal.addEventListener('abort', close, { once: true });
    },
    async pull() {
      // Only to a reader who waits.
      timer ??= setInterval(() => (body.desiredSize ?? 0) >= 0 && write(comment), heartbeat);
      try {
        const { value, done } = await iterator.next();
        if (signal.aborted) return;
        if (!done) return write(textOf(value));
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
      }
      ending.abort();
    },
    cancel() {
      signal.removeEventListener('abort', close);
      ending.abort();
      end();
    },
  };
}

function textOf({ id, event, data }: Frame): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}${lines.join('')}\n`;
}

const encoder = new TextEncoder();
const comment = ':\n\n';
