import { isHost } from '../wire/host.ts';
import { Problem } from './problem.ts';

/** From where requests may come. */
export interface DoorOptions {
  /** Names under which the server is reached, without a port; `any` where something before it checks that. Default: those of this machine. */
  readonly hosts?: readonly string[] | 'any';
  /** Origins of pages, beside its own, that may ask it. Default: none. */
  readonly origins?: readonly string[];
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Throws when a request names another host, as a page does whose name was pointed at this machine. */
export function checkHost(request: Request, { hosts = loopback }: DoorOptions): void {
  const host = hostOf(request);
  if (hosts === 'any' || hosts.includes(nameIn(host))) return;
  throw new Problem('wrong-host', `This server does not answer for the host ${JSON.stringify(host)} (option hosts).`);
}

/** Throws when a request comes from a page of another origin. Gives the origin when it is one that has to be allowed by name. */
export function checkOrigin(request: Request, { origins = [] }: DoorOptions): string | undefined {
  const url = new URL(request.url);
  const host = hostOf(request);
  const origin = request.headers.get('origin');
  // A browser names the origin with everything that changes something; what has none is no page, or only looks.
  if (origin === null) {
    if (request.headers.get('sec-fetch-site') !== 'cross-site' || isHarmless(request)) return undefined;
    throw new Problem('cross-origin', 'The request comes from a page of another site.');
  }
  if (origins.includes(origin)) return origin;
  // Before it may stand something that speaks https for it, so only the host is compared.
  if (/^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).host === hostAs(url.protocol, host))
    return undefined;
  throw new Problem('cross-origin', `Pages of ${JSON.stringify(origin)} may not ask this server (option origins).`);
}

function hostOf({ headers, url }: Request): string {
  return headers.get('host') ?? new URL(url).host;
}

function isHarmless({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function nameIn(host: string): string {
  return isHost(host) ? new URL(`http://${host}`).hostname : '';
}

/** As an origin of this protocol has it; nothing for what is no host, where something else was to check that. */
function hostAs(protocol: string, host: string): string | undefined {
  return isHost(host) ? new URL(`${protocol}//${host}`).host : undefined;
}

/** Headers that a page sends and a browser asks about first: of all protocols that are spoken here. */
const sendable = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'x-run-id',
  'if-none-match',
  'if-range',
  'range',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
];

/** The answer to a browser that asks whether a page of an allowed origin may ask. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
      'access-control-allow-headers': sendable.join(', '),
      'access-control-max-age': '600',
    },
  });
}

/** The response, readable for a page of this origin. */
export function allowing(response: Response, origin: string | undefined): Response {
  if (origin === undefined) return response;
  // A copy: the headers of what a route redirects with, or has from elsewhere, cannot be changed.
  const allowed = new Response(response.body, response);
  allowed.headers.set('access-control-allow-origin', origin);
  allowed.headers.set('access-control-allow-credentials', 'true');
  allowed.headers.set('access-control-expose-headers', 'retry-after, etag, content-range');
  allowed.headers.append('vary', 'origin');
  return allowed;
}
