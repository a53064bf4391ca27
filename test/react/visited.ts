// A shop whose visitors are counted: what is asked of it, and the streams that are open.
import { shopsOfTests } from '../server/shop.ts';
import type { Shop, ShopOptions } from '../server/shop.ts';
import { pageOf } from '../client/page.ts';
import type { Client } from '../../src/client/client.ts';
import type { ClientOptions } from '../../src/client/options.ts';

/** A shop, and its client for somebody. */
export interface Visited extends Shop {
  /** What was asked of the server, without what reads. */
  readonly asked: readonly string[];
  /** Streams of events: how many were opened, and how many are open. */
  readonly streams: { opened: number; open: number };
  readonly page: (who: string, options?: Partial<ClientOptions>) => Client;
  /** How many of the decisions that come next get lost on their way. */
  readonly lost: { decisions: number };
}

/** Opens shops that are closed behind each test. */
export function visitedShops(): (options?: ShopOptions) => Visited {
  const shopWith = shopsOfTests();
  return (options) => {
    const shop = shopWith(options);
    const asked: string[] = [];
    const streams = { opened: 0, open: 0 };
    const lost = { decisions: 0 };
    const fetch = async (request: Request): Promise<Response> => {
      if (request.method !== 'GET') asked.push(new URL(request.url).pathname.replace(/^\/threads\/[^/]+/, ''));
      if (request.url.endsWith('/decisions') && lost.decisions-- > 0) throw new TypeError('fetch failed');
      const response = await shop.handler.fetch(request);
      return request.url.includes('/events') && response.body ? counted(response, streams) : response;
    };
    return { ...shop, asked, streams, lost, page: (who, options) => pageOf(fetch, who, options) };
  };
}

function counted(response: Response, streams: Visited['streams']): Response {
  const reader = response.body!.getReader();
  streams.opened += 1;
  streams.open += 1;
  let isOpen = true;
  const end = (): void => {
    if (isOpen) streams.open -= 1;
    isOpen = false;
  };
  const body = new ReadableStream<Uint8Array>({
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
  });
  return new Response(body, response);
}
