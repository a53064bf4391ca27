/** What is asked of a list. */
export interface PageQuery {
  readonly tenant: string;
  /** Default: 50, at most 500. */
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

/** The first piece of the rows that are left. `placeOf` names the place behind a row, by which the rest is found. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    limit = 50,
    placeOf,
    toItem,
  }: {
    readonly limit: number | undefined;
    readonly placeOf: (row: Row) => string;
    readonly toItem: (row: Row) => Item;
  },
): Page<Item> {
  const items = rows.slice(0, Math.min(limit, 500));
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
