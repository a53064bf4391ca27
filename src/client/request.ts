import { ChatError } from '../conversation/error.ts';
import { operations } from './operations.ts';
import type { Operation } from './operations.ts';
import { machineClock } from './options.ts';
import type { ClientOptions } from './options.ts';
import { problemOf } from './problem.ts';

/** What is asked of the server. */
export interface Asking {
  readonly thread?: string;
  /** Of a blob. */
  readonly digest?: string;
  readonly call?: string;
  readonly grant?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a server. Throws `ChatError` for whatever is no answer, and the signal's reason after an abort. */
export interface Requester {
  /** The JSON of an answer; nothing when it has none. */
  json(operation: Operation, asking?: Asking): Promise<unknown>;
  /** An answer whose body goes on. */
  open(operation: Operation, asking?: Asking): Promise<ReadableStream<Uint8Array>>;
}

/** What asks the server of these options. */
export function requesterOf(options: ClientOptions): Requester {
  return {
    json: (operation, asking = {}) =>
      inTime(options, { operation, asking }, async (response) => {
        const text = await response.text();
        return text === '' ? undefined : parsed(text, whatOf(operation, asking));
      }),
    open: (operation, asking = {}) =>
      inTime(options, { operation, asking }, async ({ body }) => {
        if (body) return body;
        throw new ChatError('invalid-response', `${whatOf(operation, asking)}: there is no stream.`);
      }),
  };
}

interface Asked {
  readonly operation: Operation;
  readonly asking: Asking;
}

/** Whoever keeps a server waits for no longer than that; a body that was handed out is theirs to wait for. */
async function inTime<T>(
  options: ClientOptions,
  { operation, asking }: Asked,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { timeout = 30_000, clock = machineClock, fetch = (request) => globalThis.fetch(request) } = options;
  const { signal } = asking;
  signal?.throwIfAborted();
  const what = whatOf(operation, asking);
  const ending = new AbortController();
  const leave = (): void => ending.abort(signal?.reason);
  const late = `${what}: no answer within ${timeout / 1000} s.`;
  const cancel = clock.after(timeout, () => ending.abort(new ChatError('timeout', late, { retryable: true })));
  signal?.addEventListener('abort', leave, { once: true });
  const answer = async (): Promise<T> => {
    const response = await fetch(await requestOf(options, { operation, asking }, ending.signal));
    if (!response.ok) throw await problemOf(what, response);
    return read(response);
  };
  try {
    // Not every fetch listens to a signal.
    return await Promise.race([answer(), aborted(ending.signal)]);
  } catch (error) {
    ending.signal.throwIfAborted();
    if (error instanceof ChatError) throw error;
    throw new ChatError('network', `${what}: the server was not reached.`, { retryable: true, cause: error });
  } finally {
    cancel();
    signal?.removeEventListener('abort', leave);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

async function requestOf(
  { url, headers: common = {} }: ClientOptions,
  { operation, asking }: Asked,
  signal: AbortSignal,
): Promise<Request> {
  const { query = {}, body, headers: own = {} } = asking;
  const [method, path] = placeOf(operation, asking);
  const headers = new Headers(typeof common === 'function' ? await common() : common);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  if (method === 'POST' || method === 'PATCH') headers.set('content-type', 'application/json');
  const text = method === 'POST' || method === 'PATCH' ? written(body, whatOf(operation, asking)) : null;
  return new Request(`${url.replace(/\/$/, '')}${path}${search}`, { method, headers, body: text, signal });
}

/** What is no JSON never will be: it is not tried again. */
function written(body: unknown, what: string): string {
  try {
    return JSON.stringify(body ?? {});
  } catch (cause) {
    throw new ChatError('invalid-request', `${what}: what is sent is not JSON.`, { cause });
  }
}

function placeOf(operation: Operation, asking: Asking): readonly [method: string, path: string] {
  const [method = '', path = ''] = operations[operation].split(' ');
  const { thread = '', digest = '', call = '', grant = '' } = asking;
  const names: Readonly<Record<string, string>> = { thread, digest, call, grant };
  return [method, path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''))];
}

function whatOf(operation: Operation, asking: Asking): string {
  return placeOf(operation, asking).join(' ');
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChatError('invalid-response', `${what}: the answer is not JSON.`, { cause });
  }
}
