import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatError } from '../../conversation/error.ts';
import { toNodeListener } from '../../node/listener.ts';
import type { Handler } from '../../server/handler.ts';
import { Problem, refusalOf } from '../../server/problem.ts';
import { messageOf } from '../sentence.ts';

/** A server that listens, on this machine alone. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** How long a connection may take to say what it wants, in milliseconds. The handler has a limit of its own for bodies. */
export interface ConnectionLimits {
  /** For the headers of a request; a new connection that says nothing is cut off then, too. */
  readonly headersTimeout: number;
  /** For all of a request, its body included. */
  readonly requestTimeout: number;
  /** How often it is looked. */
  readonly connectionsCheckingInterval: number;
}

/** Who sits at this machine needs no time; Node's own limits are one minute, five, and half a minute. */
export const connectionLimits: ConnectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
};

/** Listens on loopback (rule X4). Throws `ChatError` when the port is taken. */
export async function listenTo(
  handler: Handler,
  port: number,
  limits: ConnectionLimits = connectionLimits,
): Promise<Listening> {
  const listener = toNodeListener({ fetch: async (request) => refused(request) ?? handler.fetch(request) });
  const server = createServer({ ...limits }, listener);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    throw new ChatError('invalid-request', `Listening on port ${port}: ${messageOf(cause)}`, { cause });
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server, handler) };
}

/** What a proxy has passed on may come from anywhere, and this server is for who sits here (rule X4). */
function refused({ headers }: Request): Response | undefined {
  const isForwarded = [...headers.keys()].some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  if (!isForwarded) return undefined;
  return refusalOf(new Problem('forbidden', 'This server answers no proxies.')).response;
}

/** Open streams end, and what is being answered is. */
async function closed(server: Server, handler: Handler): Promise<void> {
  const isOver = new Promise<void>((resolve) => server.close(() => resolve()));
  await handler.close();
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), 2_000);
  await isOver;
  clearTimeout(patience);
}
