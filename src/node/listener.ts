import type { Handler } from '../server/handler.ts';
import { isHost } from '../wire/host.ts';

/** The headers that are looked at by name. */
interface NamedHeaders {
  readonly host?: string | undefined;
  readonly ':authority'?: string | undefined;
}

/**
 * A request as Node has it, `IncomingMessage` or `Http2ServerRequest`; a framework may have read its body, and cut its
 * address.
 */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly httpVersionMajor?: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> & NamedHeaders;
  readonly rawHeaders: readonly string[];
  readonly body?: unknown;
  readonly socket: object;
  readonly complete: boolean;
  readonly readableDidRead: boolean;
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterator<unknown>;
}

/** A response as Node has it, `ServerResponse` or `Http2ServerResponse`. */
export interface NodeResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  setHeader(name: string, value: string | readonly string[]): unknown;
  writeHead(status: number, headers?: Record<string, string>): { end(): unknown };
  /** Node's types leave it out of HTTP/2, which has it. */
  flushHeaders?(): void;
  write(bytes: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  once(event: string, listener: () => void): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** How a listener sends. */
export interface ListenerOptions {
  /** How long somebody may take nothing of what is sent to them, in milliseconds; then they are cut off. Default: 60,000. */
  readonly sendTime?: number;
}

/**
 * A handler as a listener of `node:http` and `node:http2`, and of frameworks that call such a one: also behind
 * `express.json()`, which has read the body already. What it writes waits for slow readers; who goes away ends the request.
 *
 * @example
 * createServer(toNodeListener(handler)).listen(3000, '127.0.0.1');
 */
export function toNodeListener(
  handler: Pick<Handler, 'fetch'>,
  { sendTime = 60_000 }: ListenerOptions = {},
): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => {
    answer(handler, { from: request, to: response, sendTime }).catch(() => {
      // The handler tells what broke; here only the connection is left.
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

interface Exchange {
  readonly from: NodeRequest;
  readonly to: NodeResponse;
  readonly sendTime: number;
}

async function answer(handler: Pick<Handler, 'fetch'>, { from, to, sendTime }: Exchange): Promise<void> {
  const gone = new AbortController();
  to.once('close', () => gone.abort());
  // `fetch` has no such request; whoever sends one wants to see what was added to it on the way.
  if (from.method === 'TRACE')
    return void to.writeHead(405, { connection: 'close', allow: 'GET, HEAD, POST, PATCH, DELETE, OPTIONS' }).end();
  const request = requestOf(from, gone.signal);
  if (!request) return void to.writeHead(400, { connection: 'close' }).end();
  const { status, headers, body } = isLost(from) ? new Response(lost, { status: 500 }) : await handler.fetch(request);
  // Whatever else comes of a body that nobody reads is not waited for.
  if (!from.complete && from.httpVersionMajor !== 2) to.setHeader('connection', 'close');
  for (const [name, value] of headers) if (!apart.has(name)) to.setHeader(name, value);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) to.setHeader('set-cookie', cookies);
  to.writeHead(status);
  // A stream that tells nothing yet is open all the same.
  to.flushHeaders?.();
  if (body) await write(body.getReader(), { to, sendTime });
  to.end();
}

/** Cookies are several; what concerns the connection is not for an answer to say, though libraries for events do. */
const apart: ReadonlySet<string> = new Set(['set-cookie', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** The request as the handler reads it; nothing when its address or its host is none. */
function requestOf(from: NodeRequest, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url: path = '', originalUrl = path } = from;
  const scheme = 'encrypted' in from.socket ? 'https' : 'http';
  const { host = from.headers[':authority'] ?? 'localhost' } = from.headers;
  const url = `${scheme}://${host}${originalUrl}`;
  // A host that brings a path along would decide which route is taken.
  if (!originalUrl.startsWith('/') || !isHost(host) || !URL.canParse(url)) return undefined;
  const headers = new Headers();
  for (let at = 0; at < from.rawHeaders.length; at += 2) {
    const name = from.rawHeaders[at]!;
    // What HTTP/2 says in place of the first line.
    if (!name.startsWith(':')) headers.append(name, from.rawHeaders[at + 1]!);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  if (!hasBody) return new Request(url, { method, headers, signal });
  const init = { method, headers, signal, body: bodyOf(from, headers.get('content-type')), duplex: 'half' };
  return new Request(url, init as RequestInit);
}

const lost = 'The body of the request was read before it came here, and is not in its `body`.\n';

/** Something has read the body and left it nowhere: without it the request would say something else. */
function isLost({ readableDidRead, body, headers }: NodeRequest): boolean {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  return readableDidRead && body === undefined && !isEmpty;
}

/** The body as it comes, or as something before us has left it. */
function bodyOf(from: NodeRequest, type: string | null): BodyInit {
  const { body } = from;
  if (!from.readableDidRead || body === undefined) return streamOf(from);
  // Bytes of a raw parser, the text of a text parser, the fields of a form parser, the value of a JSON parser.
  if (typeof body === 'string' || body instanceof Uint8Array) return body as BodyInit;
  const isForm = type?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body);
}

/** Not `Readable.toWeb`: to leave that destroys the connection on which the refusal is to be sent. */
function streamOf(from: NodeRequest): ReadableStream<Uint8Array> {
  const iterator = from.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(body) {
      const { value, done } = await iterator.next();
      if (done) body.close();
      else body.enqueue(value);
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function write(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { to, sendTime }: Pick<Exchange, 'to' | 'sendTime'>,
): Promise<void> {
  const leave = (): void => void reader.cancel().catch(() => {});
  to.once('close', leave);
  for (;;) {
    const { value, done } = await reader.read();
    if (done || to.destroyed) break;
    if (!to.write(value)) await drained(to, sendTime);
  }
  to.off('close', leave);
}

function drained(to: NodeResponse, sendTime: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // What they take nothing of is held here.
  const timer = setTimeout(() => to.destroy(), sendTime);
  const go = (): void => {
    clearTimeout(timer);
    to.off('drain', go);
    to.off('close', go);
    resolve();
  };
  to.on('drain', go);
  to.on('close', go);
  return promise;
}
