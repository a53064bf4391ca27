import { newId } from '../conversation/id.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import { isTheirs, orMissing, permits } from './access.ts';
import type { Asked, Frame, Route, StreamOptions } from './dialect.ts';
import { eventStream } from './event-stream.ts';
import type { Setup } from './setup.ts';
import type { Right, Who } from './who.ts';

/** A request that was let in, and what came with it. */
export interface Admitted {
  readonly request: Request;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly who: Who;
  readonly body: unknown;
}

/** What a route is given of it. */
export function askedOf(setup: Setup, admitted: Admitted): Asked {
  const { request, route, params, who, body } = admitted;
  const { runtime, authorize, basePath, grants, log, views } = setup;
  const action = route.action ?? 'read';
  const find = async (thread: string): Promise<ReadThread | undefined> => {
    const read = await runtime.read({ tenant: who.tenant, thread });
    return read && isTheirs(read.thread, who, action) ? read : undefined;
  };
  const may = (type: Right, thread = params['thread']): Promise<boolean> =>
    permits(request, { type, ...(thread !== undefined && { thread }) }, { authorize, who });
  return {
    request,
    params,
    query: new URL(request.url).searchParams,
    body,
    who,
    runtime,
    view: views.of(who),
    discreetView: views.discreet(who),
    grants,
    permits: may,
    address: (path) => `${basePath}${path}`,
    find,
    report: (error) => {
      const errorId = newId();
      log({ type: 'error', errorId, error });
      return errorId;
    },
    thread: async () => orMissing(await find(params['thread'] ?? '')),
    stream: (frames, options = {}) => streamOf(setup, admitted, { frames, options, isStillOpen: may }),
  };
}

interface Streamed {
  readonly frames: (signal: AbortSignal) => AsyncIterable<Frame>;
  readonly options: StreamOptions;
  readonly isStillOpen: (right: Right, thread?: string) => Promise<boolean>;
}

/** A stream ends with its reader, with the server, and with the right to read it (rule X1). */
function streamOf(
  { limits, allowance, streams, log }: Setup,
  { request, route, who }: Admitted,
  { frames, options, isStillOpen }: Streamed,
): Response {
  const leave = allowance.stream(who);
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => ending.abort();
  const onError = (error: unknown): void => log({ type: 'error', error });
  const look = async (): Promise<void> => {
    // Who cannot be asked lets nobody read on.
    const isOpen = await isStillOpen(route.action ?? 'read', options.thread).catch(onError);
    if (isOpen !== true) end();
  };
  const timer = setInterval(() => void look(), limits.reauthorize);
  const forget = (): void => {
    clearInterval(timer);
    request.signal.removeEventListener('abort', end);
    streams.delete(ending);
    leave();
  };
  streams.add(ending);
  signal.addEventListener('abort', forget, { once: true });
  request.signal.addEventListener('abort', end, { once: true });
  if (request.signal.aborted) end();
  const { headers = {} } = options;
  return eventStream(frames(signal), { headers, heartbeat: limits.heartbeat, ending, onError });
}
