import { ChatError } from '../../conversation/error.ts';
import { sizeOf } from '../page.ts';
import type { Page, PageQuery } from '../page.ts';

/** How many rows are asked for: one more than are shown says whether there are more. */
export function rowsAsked(query: Pick<PageQuery, 'limit'>): number {
  return sizeOf(query) + 1;
}

/** Where the page before has ended: numbers, and ids. Throws `ChatError` when it is not what a page gave as `next`. */
export function placeIn(
  { after }: Pick<PageQuery, 'after'>,
  kinds: readonly ('number' | 'string')[],
): readonly (number | string)[] | undefined {
  if (after === undefined) return undefined;
  const place = parsed(after);
  const isPlace =
    Array.isArray(place) &&
    place.length === kinds.length &&
    place.every((item, index) => (kinds[index] === 'number' ? Number.isSafeInteger(item) : typeof item === 'string'));
  // Looked at just now.
  if (isPlace) return place as (number | string)[];
  throw new ChatError('invalid-request', 'Reading a list: `after` is not what a page gave as `next`.');
}

/** The page that these rows are, one of which may be too many. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    query,
    placeOf,
    toItem,
  }: {
    readonly query: Pick<PageQuery, 'limit'>;
    readonly placeOf: (row: Row) => readonly (number | string)[];
    readonly toItem: (row: Row) => Item;
  },
): Page<Item> {
  const shown = rows.slice(0, sizeOf(query));
  const last = shown.at(-1);
  const isMore = rows.length > shown.length && last !== undefined;
  return { items: shown.map(toItem), ...(isMore && { next: JSON.stringify(placeOf(last)) }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
