import { ChatError } from '../conversation/error.ts';

/** What is asked of a list. */
export interface PageQuery {
  readonly tenant: string;
  /** From 1 to 500; more are 500. Default: 50. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** A piece of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Asks for what follows; absent at the end. */
  readonly next?: string;
}

/** How many items a page has at most. Throws `ChatError` `invalid-request` when what was asked for is no number of at least 1. */
export function sizeOf({ limit = 50 }: Pick<PageQuery, 'limit'>): number {
  if (typeof limit === 'number' && limit >= 1) return Math.min(Math.floor(limit), 500);
  throw new ChatError('invalid-request', `Reading a list: \`limit\` is ${String(limit)}, and has to be at least 1.`);
}

/** The first piece of the rows that are left. `placeOf` names the place behind a row, by which the rest is found. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    limit,
    placeOf,
    toItem,
  }: {
    readonly limit: number | undefined;
    readonly placeOf: (row: Row) => string;
    readonly toItem: (row: Row) => Item;
  },
): Page<Item> {
  const items = rows.slice(0, sizeOf({ ...(limit !== undefined && { limit }) }));
  const last = items.at(-1);
  const isMore = items.length < rows.length;
  return { items: items.map(toItem), ...(isMore && last !== undefined && { next: placeOf(last) }) };
}

/** Every item of a list, page by page. */
export async function* allOf<Item>(
  ask: (more: Omit<PageQuery, 'tenant'>) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let after: string | undefined;
  do {
    const page = await ask({ limit: 200, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
