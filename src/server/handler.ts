import { admit, identify } from './access.ts';
import { askedOf } from './asked.ts';
import { readBody, readForm } from './body.ts';
import type { Route } from './dialect.ts';
import { allowing, checkHost, checkOrigin, preflight } from './door.ts';
import { keylessLog } from './keyless-log.ts';
import { linkRoutes } from './links/routes.ts';
import { nativeRoutesOf } from './native/routes.ts';
import { checkOptions } from './options.ts';
import type { HandlerOptions } from './options.ts';
import { routesOf } from './path.ts';
import type { Found } from './path.ts';
import { Problem, refusalOf } from './problem.ts';
import { untilSent } from './sending.ts';
import { setupOf } from './setup.ts';
import type { Setup } from './setup.ts';
import type { Who } from './who.ts';

/** A server of threads, for whatever takes a `Request` and gives a `Response`. */
export interface Handler {
  fetch(request: Request): Promise<Response>;
  /** Ends every open stream and takes no more requests; the runtime goes on. */
  close(): Promise<void>;
}

/** What is known of a request so far, for the log. */
interface Known {
  path?: string;
  who?: Who;
}

/**
 * Makes a server of the threads of a runtime: who asks is what `authorize` says, and nothing else.
 * Throws `ChatError` `invalid-request` without it (rule X4).
 *
 * @example
 * const handler = createHandler({ runtime, authorize: (request) => whoIs(request) });
 * const response = await handler.fetch(request);
 */
export function createHandler(options: HandlerOptions): Handler {
  checkOptions(options);
  const { dialects = [], links, auditSecret } = options;
  const setup = setupOf(options);
  const { basePath } = setup;
  const find = routesOf([
    ...nativeRoutesOf({ auditSecret }),
    ...(links ? linkRoutes(links) : []),
    ...dialects.flatMap(({ routes }) => routes),
  ]);
  let isClosed = false;
  const foundFor = ({ method, url }: Request): Found => {
    const { pathname } = new URL(url);
    if (!pathname.startsWith(`${basePath}/`)) return { type: 'nowhere' };
    return find(method === 'HEAD' ? 'GET' : method, pathname.slice(basePath.length));
  };
  const answer = async (given: Setup, { request, found }: Arrived, known: Known): Promise<Response> => {
    if (isClosed) throw new Problem('unavailable', 'The server is closing.', { 'retry-after': '1' });
    if (request.method === 'OPTIONS') return preflight();
    return lead(given, { request, found }, known);
  };
  return {
    async fetch(request) {
      const known: Known = {};
      const began = setup.clock();
      let origin: string | undefined;
      let response: Response;
      let errorId: string | undefined;
      const found = foundFor(request);
      const log = keylessLog(setup.log, request, found);
      try {
        checkHost(request, options);
        if (!isItsOwnKey(found)) origin = checkOrigin(request, options);
        response = await answer({ ...setup, log }, { request, found }, known);
      } catch (error) {
        ({ response, errorId } = refusalOf(error));
        if (errorId !== undefined) log({ type: 'error', errorId, error });
      }
      const milliseconds = setup.clock() - began;
      log({ ...entryOf(request, response, known), milliseconds, ...(errorId !== undefined && { errorId }) });
      return allowing(request.method === 'HEAD' ? await headOf(response) : response, origin);
    },
    async close() {
      isClosed = true;
      for (const ending of setup.streams) ending.abort();
    },
  };
}

/** What a GET would be answered, without its body: as those ask that look after processes. */
async function headOf(response: Response): Promise<Response> {
  // Whatever its source makes of that, nobody reads it.
  await response.body?.cancel().catch(() => {});
  return new Response(null, response);
}

function entryOf({ method }: Request, { status }: Response, { path, who }: Known) {
  const about = who && { tenant: who.tenant, principal: who.principal };
  return { type: 'request', method, ...(path !== undefined && { path }), status, ...about } as const;
}

/** A request, and where it leads. */
interface Arrived {
  readonly request: Request;
  readonly found: Found;
}

/** A route that was found for a request. */
interface Routed {
  readonly request: Request;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

async function lead(given: Setup, { request, found }: Arrived, known: Known): Promise<Response> {
  return found.type === 'moved' ? moved(request, found, known) : serve(given, { request, ...routeIn(found) }, known);
}

/** To the address of a page, which may itself be a key: nobody keeps it, and no other site is told of it. */
function moved({ url }: Request, { route, to }: Found & { readonly type: 'moved' }, known: Known): Response {
  known.path = route.path;
  const headers = { location: to + new URL(url).search, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return new Response(null, { status: 308, headers });
}

function routeIn(found: Exclude<Found, { readonly type: 'moved' }>): Omit<Routed, 'request'> {
  if (found.type === 'route') return found;
  if (found.type === 'nowhere') throw new Problem('not-found', 'There is nothing at this path.');
  throw new Problem('wrong-method', 'The path takes other methods.', { allow: found.methods.join(', ') });
}

/** Whether the address alone lets in, so that it does not matter from which page it was asked. */
function isItsOwnKey(found: Found): boolean {
  return found.type === 'route' && found.route.admit !== undefined;
}

const nobody: Who = { principal: '', tenant: '', scopes: [] };

/** First who asks, then how much, and only then what: nobody else's body is read. */
async function serve(given: Setup, { request, route, params }: Routed, known: Known): Promise<Response> {
  known.path = route.path;
  const setup = route.admit ? { ...given, authorize: async () => route.admit!(params) } : given;
  if (!route.action) return route.handle(askedOf(setup, { request, route, params, who: nobody, body: undefined }));
  const { thread } = params;
  const action = { type: route.action, ...(thread !== undefined && { thread }) };
  const who = await (route.isForAll ? identify : admit)(request, action, setup.authorize);
  if (who instanceof Response) return new Response(who.body, who);
  known.who = who;
  const answering = setup.allowance.request(who);
  try {
    const hasBody = route.method === 'POST' || route.method === 'PATCH';
    const read = route.takesBody === 'form' ? readForm : readBody;
    const body = hasBody ? await read(request, setup.limits) : undefined;
    const response = await route.handle(askedOf(setup, { request, route, params, who, body }));
    return untilSent(response, answering, request.signal);
  } catch (error) {
    answering.over();
    throw error;
  }
}
