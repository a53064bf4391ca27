import { readRequest } from './request.ts';
import { chunksOf, completionOf } from './stream.ts';
import { answer } from './turn.ts';

/** How the demo model answers. */
export interface DemoOptions {
  /** Milliseconds between two pieces of a stream; 0 by default. */
  readonly pace?: number;
}

/** A `fetch` that talks Chat Completions with the rules, in process: no network, no key, no AI. */
export function createDemoFetch({ pace = 0 }: DemoOptions = {}): typeof fetch {
  return async (url, init) => {
    const signal = init?.signal ?? (url instanceof Request ? url.signal : undefined);
    signal?.throwIfAborted();
    const body = await bodyOf(url, init);
    signal?.throwIfAborted();
    const read = readRequest(body);
    if ('problem' in read) return problemResponse(read.problem, read.param);
    const { request } = read;
    const turn = answer(request);
    if (request.stream !== true) return Response.json(completionOf(turn, request));
    return new Response(streamOf(chunksOf(turn, request), pace, signal), {
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    });
  };
}

/** The demo model's `fetch`, without pauses. */
export const demoFetch: typeof fetch = createDemoFetch();

async function bodyOf(url: RequestInfo | URL, init: RequestInit | undefined): Promise<string> {
  if (init?.body !== undefined && init.body !== null) return new Response(init.body).text();
  return url instanceof Request ? url.clone().text() : '';
}

/** An error as OpenAI writes it. */
function problemResponse(message: string, param: string | null): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', param, code: null } }, { status: 400 });
}

/** Server-sent events, one for each chunk; ends when the signal says so, as the body of a real fetch does. */
function streamOf(
  chunks: Iterator<object>,
  pace: number,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const ending = new AbortController();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const abort = (): void => {
        controller.error(signal?.reason);
        ending.abort();
      };
      signal?.addEventListener('abort', abort, { once: true, signal: ending.signal });
    },
    async pull(controller) {
      await wait(pace, ending.signal);
      if (ending.signal.aborted) return;
      const { value, done } = chunks.next();
      controller.enqueue(encoder.encode(`data: ${done === true ? '[DONE]' : JSON.stringify(value)}\n\n`));
      if (done !== true) return;
      ending.abort();
      controller.close();
    },
    cancel() {
      ending.abort();
    },
  });
}

/** Resolves after the time, or at once when the stream ended. */
function wait(milliseconds: number, ended: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      ended.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    ended.addEventListener('abort', finish);
  });
}
