// A shop whose payments are decided about by links that were sent.
import { expect } from 'vitest';
import { decisionLinks } from '../../src/server/links/decision-links.ts';
import type { DecisionLinkOptions, DecisionLinks } from '../../src/server/links/decision-links.ts';
import type { Shop, ShopOptions } from './shop.ts';

export const secret = 'the first secret of this shop, long enough';

/** What a browser sees. */
export interface Seen {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly headers: Headers;
}

export interface Mailed {
  readonly shop: Shop;
  readonly links: DecisionLinks;
  readonly thread: string;
  readonly call: string;
  readonly seen: string;
  /** A link about what waits now. */
  link(principal: string, groups?: readonly string[]): Promise<string>;
  /** Follows a link, as a browser does, and also whatever scans a mail. */
  look(link: string): Promise<Seen>;
  /** Sends one of the forms of its page. */
  post(link: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Seen>;
}

/** A payment of Ann that waits, and how somebody decides about it by mail. */
export async function mailed(
  shopWith: (options: ShopOptions) => Shop,
  {
    links: linkOptions,
    ...options
  }: Omit<ShopOptions, 'links'> & { readonly links?: Partial<DecisionLinkOptions> } = {},
): Promise<Mailed> {
  const links = decisionLinks({ secret, url: 'http://localhost', ...linkOptions });
  const shop = shopWith({ links, ...options });
  const at = await shop.waiting();
  const key = { tenant: 'acme', thread: at.thread };
  const visit = async (request: Request) => seenIn(await shop.handler.fetch(request));
  return {
    shop,
    links,
    ...at,
    async link(principal, groups = []) {
      const { messages } = (await shop.runtime.read(key))!;
      const parts = messages.flatMap(({ parts }) => parts);
      const [call] = parts.flatMap((part) => (part.type === 'tool' && part.call.id === at.call ? [part.call] : []));
      return links.linkTo({ thread: key, call: call!, principal, groups });
    },
    look: (link) => visit(new Request(link)),
    post(link, form, headers = { origin: 'null', 'sec-fetch-site': 'same-origin' }) {
      return visit(new Request(link, { method: 'POST', body: new URLSearchParams(form), headers }));
    },
  };
}

/** It still waits, as it did, and nothing was paid. */
export async function expectWaiting({ shop, thread, call, seen }: Mailed): Promise<void> {
  expect(shop.paid).toEqual([]);
  const { waiting } = (await shop.ask('kim', `GET /threads/${thread}`)).body;
  expect(waiting).toMatchObject([{ call: { id: call, state: 'awaiting-approval', revision: 2 }, seen }]);
}

async function seenIn(response: Response): Promise<Seen> {
  const text = await response.text();
  const title = /<h1>(.*)<\/h1>/.exec(text)?.[1] ?? '';
  return { status: response.status, title, text, headers: response.headers };
}
