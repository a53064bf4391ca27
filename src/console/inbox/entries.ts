import type { Row } from './row.ts';

/** What stands in a list: a heading, several calls of one answer, a call. */
export type Entry =
  | { readonly type: 'section'; readonly name: string; readonly title: string; readonly count: number }
  | { readonly type: 'group'; readonly name: string; readonly rows: readonly Row[] }
  | { readonly type: 'row'; readonly name: string; readonly row: Row; readonly isInGroup: boolean };

/** Rows as a list: calls of one answer together, what is snoozed or deferred in a section of its own. */
export function entriesOf(rows: readonly Row[]): readonly Entry[] {
  const later = rows.filter(isLater);
  const now = rows.filter((row) => !isLater(row));
  const title = { type: 'section', name: 'section later', title: 'Snoozed and deferred', count: later.length } as const;
  return [...grouped(now), ...(later.length > 0 ? [title, ...grouped(later)] : [])];
}

/** The rows of a list in its order. */
export function rowsIn(entries: readonly Entry[]): readonly Row[] {
  return entries.flatMap((entry) => (entry.type === 'row' ? [entry.row] : []));
}

function isLater({ item: { call } }: Row): boolean {
  return call.state === 'snoozed' || call.state === 'deferred';
}

function grouped(rows: readonly Row[]): readonly Entry[] {
  const answers = new Map<string, Row[]>();
  for (const row of rows) {
    const name = `group ${row.item.thread.id} ${row.item.message}`;
    const group = answers.get(name);
    if (group) group.push(row);
    else answers.set(name, [row]);
  }
  return [...answers].flatMap(([name, group]): readonly Entry[] => {
    const isGroup = group.length > 1;
    const entries = group.map((row): Entry => ({ type: 'row', name: row.name, row, isInGroup: isGroup }));
    return isGroup ? [{ type: 'group', name, rows: group }, ...entries] : entries;
  });
}
