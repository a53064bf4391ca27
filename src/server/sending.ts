import type { Answering } from './allowance.ts';

/**
 * An answer that is over when its body was read to the end, was dropped, or whoever asked has gone: until then it is held in
 * memory. One that streams is counted as such, and is over at once.
 */
export function untilSent(response: Response, { made, over }: Answering, signal: AbortSignal): Response {
  const { body, headers } = response;
  if (!body || headers.get('content-type')?.startsWith('text/event-stream') === true || signal.aborted) {
    over();
    return response;
  }
  made();
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const end = (): void => {
    signal.removeEventListener('abort', end);
    over();
  };
  signal.addEventListener('abort', end, { once: true });
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const { value, done } = await reader.read();
      if (!done) return controller.enqueue(value);
      end();
      controller.close();
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  };
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), response);
}
