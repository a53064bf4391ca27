import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../../client/client.ts';
import type { InboxItem } from '../../client/views.ts';
import { useSession } from '../session.ts';
import { nameOfItem } from './row.ts';

const pageSize = 500;
/** What stands behind the first page is not told when it changes: it is read again after so long, in milliseconds. */
const readEvery = 5_000;

/** What waits beyond the first page. */
export interface MoreItems {
  readonly items: readonly InboxItem[];
  /** Whether there is more still. */
  readonly isMore: boolean;
  readonly readMore: () => void;
}

/** More of what waits, page by page, where the first one is not all. */
export function useMore(first: readonly InboxItem[], isMore: boolean): MoreItems {
  const { client } = useSession();
  const [pages, setPages] = useState(0);
  const [found, setFound] = useState<Found>(nothing);
  useEffect(() => {
    if (pages === 0 || !isMore) return undefined;
    let isThere = true;
    const read = async (): Promise<void> => {
      const next = await readPages(client, pages + 1).catch(() => undefined);
      if (isThere && next) setFound(next);
    };
    void read();
    const timer = setInterval(() => void read(), readEvery);
    return () => {
      isThere = false;
      clearInterval(timer);
    };
  }, [client, pages, isMore]);
  const known = new Set(first.map(nameOfItem));
  return {
    items: isMore ? found.items.filter((item) => !known.has(nameOfItem(item))) : [],
    isMore: isMore && (pages === 0 || found.isMore || found === nothing),
    readMore: () => setPages(pages + 1),
  };
}

interface Found {
  readonly items: readonly InboxItem[];
  readonly isMore: boolean;
}

const nothing: Found = { items: [], isMore: false };

async function readPages(client: Client, count: number): Promise<Found> {
  const items: InboxItem[] = [];
  let after: string | undefined;
  for (let page = 0; page < count; page += 1) {
    const { items: more, next } = await client.readInbox({ limit: pageSize, ...(after !== undefined && { after }) });
    items.push(...more);
    after = next;
    if (next === undefined) break;
  }
  return { items, isMore: after !== undefined };
}
