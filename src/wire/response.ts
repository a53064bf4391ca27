import type { ChatEvent, ErrorEvent } from '../conversation/event.ts';
import { ChatError } from '../conversation/error.ts';
import { noUsage } from '../conversation/usage.ts';

/** How events are written for a client: so far each as it is. */
export type Dialect = 'yourcall';

/** How a run becomes a response. */
export interface ResponseOptions {
  /** Default: `yourcall`. */
  readonly dialect?: Dialect;
  /** Laid over ours. */
  readonly headers?: NonNullable<ResponseInit['headers']>;
  /** Stops the run and ends the response: the signal of the request. */
  readonly signal?: AbortSignal;
  /** Told of the error that ended the run, of which the client gets the code alone. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
}

/**
 * A run as a response of server-sent events: `event` is the type, `data` the event as JSON, as far as a client may see
 * it (rule X3), and `id` counts them. A comment at the start and every 8 s keeps the connection open.
 *
 * There is no store behind it, so two promises do not hold: two processes that go on with one conversation may run a
 * tool twice, and a conversation that was in a client's hands may hold an approval that nobody gave. What was lost on
 * the way cannot be had again. A client that goes away stops the run.
 *
 * @example
 * return toResponse(chat.stream(conversation), { signal: request.signal });
 */
export function toResponse(events: AsyncIterable<ChatEvent>, options: ResponseOptions = {}): Response {
  const headers = { ...usual, ...Object.fromEntries(new Headers(options.headers)) };
  // The run goes as fast as it is read.
  return new Response(new ReadableStream(bodyOf(events, options), { highWaterMark: 0 }), { headers });
}

const usual = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

function bodyOf(
  events: AsyncIterable<ChatEvent>,
  { signal, onError = console.error }: ResponseOptions,
): UnderlyingDefaultSource<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let body: ReadableStreamDefaultController<Uint8Array>;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  let count = 0;
  let last: ChatEvent | undefined;
  const write = (text: string): void => body.enqueue(encoder.encode(`${text}\n\n`));
  const tell = async (event: ChatEvent): Promise<void> => {
    last = event;
    const text = await dataOf(event);
    if (!isOver) write(`id: ${(count += 1)}\nevent: ${event.type}\ndata: ${text}`);
  };
  /** Stops the run; not by way of a generator, whose end would wait for the event that is under way. */
  const cancel = async (): Promise<void> => {
    isOver = true;
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
    await iterator.return?.();
  };
  const close = (): void => {
    body.close();
    cancel().catch(onError);
  };
  return {
    start(controller) {
      body = controller;
      write(comment);
      if (signal?.aborted) close();
      else signal?.addEventListener('abort', close);
    },
    async pull() {
      // Only to a reader who waits.
      timer ??= setInterval(() => body.desiredSize === 0 && write(comment), heartbeat);
      try {
        const { value, done } = await iterator.next();
        if (isOver) return;
        if (!done) return await tell(value);
      } catch (error) {
        if (isOver) return;
        // Mostly its last event has told.
        const failure = last?.type === 'error' ? last : errorOf(error);
        if (failure !== last) await tell(failure);
        if (failure.code !== 'aborted') onError(error);
      }
      close();
    },
    cancel,
  };
}

/** As far as a client may see it. Its code is loaded with the first event: whoever makes no responses needs none of it. */
async function dataOf(event: ChatEvent): Promise<string> {
  late ??= await import('./event-data.ts');
  return late.eventData(event);
}

let late: typeof import('./event-data.ts') | undefined;

/** For what threw without telling first. */
function errorOf(error: unknown): ErrorEvent {
  const { code, retryable } = error instanceof ChatError ? error : new ChatError('provider', '');
  return { type: 'error', code, message: '', retryable, usage: noUsage };
}

const encoder = new TextEncoder();
const comment = ':';
/** In milliseconds; Bun cuts what is silent for ten seconds. */
const heartbeat = 8_000;
