import type { InboxItem } from '../../client/views.ts';
import type { Chosen } from '../shell/place.ts';

/** A call in a list of what waits. */
export interface Row {
  readonly name: string;
  readonly item: InboxItem;
  /** It does not wait any more, and stays until whoever looks moves on. */
  readonly isGone: boolean;
}

/** Names a call of a thread. */
export function rowName({ thread, call }: Chosen): string {
  return `${thread} ${call}`;
}

/** The name of an item. */
export function nameOfItem({ thread, call }: InboxItem): string {
  return rowName({ thread: thread.id, call: call.id });
}

/** The place that a row stands for. */
export function chosenIn({ item }: Row): Chosen {
  return { thread: item.thread.id, call: item.call.id };
}

/** More than so many that are gone are not kept. */
const mostGone = 50;

/** The rows of what waits now; what was there before and waits no more stays behind what it stood behind. */
export function rowsAfter(before: readonly Row[], items: readonly InboxItem[]): readonly Row[] {
  const live = new Set(items.map(nameOfItem));
  const behind = new Map<string, Row[]>();
  const first: Row[] = [];
  let last: string | undefined;
  let gone = 0;
  for (const row of before) {
    if (live.has(row.name)) last = row.name;
    else if (gone < mostGone) {
      gone += 1;
      const place = last === undefined ? first : (behind.get(last) ?? []);
      if (last !== undefined) behind.set(last, place);
      place.push(row.isGone ? row : { ...row, isGone: true });
    }
  }
  const known = new Map(before.map((row) => [row.name, row]));
  const rows = items.flatMap((item) => {
    const name = nameOfItem(item);
    const same = known.get(name);
    const row = same?.item === item && !same.isGone ? same : { name, item, isGone: false };
    return [row, ...(behind.get(name) ?? [])];
  });
  const all = [...first, ...rows];
  const isSame = all.length === before.length && all.every((row, index) => row === before[index]);
  return isSame ? before : all;
}

/** The rows once somebody has moved on: without those that are gone, but for the one that is looked at. */
export function rowsBehind(rows: readonly Row[], chosen: string | undefined): readonly Row[] {
  return rows.some(({ isGone, name }) => isGone && name !== chosen)
    ? rows.filter(({ isGone, name }) => !isGone || name === chosen)
    : rows;
}
