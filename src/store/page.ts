import type { Page } from './store.ts';

/** The piece of a list that is asked for. `placeOf` names the place of a row, the same for as long as the row stands. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    limit = 50,
    after,
    placeOf,
    toItem,
  }: {
    readonly limit?: number;
    readonly after?: string;
    readonly placeOf: (row: Row) => string;
    readonly toItem: (row: Row) => Item;
  },
): Page<Item> {
  const start = after === undefined ? 0 : rows.findIndex((row) => placeOf(row) === after) + 1;
  const piece = rows.slice(start, start + Math.min(limit, 500));
  const last = piece.at(-1);
  const isMore = start + piece.length < rows.length;
  return { items: piece.map(toItem), ...(isMore && last !== undefined && { next: placeOf(last) }) };
}
