import { useMemo, useRef } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { rowsAfter, rowsBehind } from './row.ts';
import type { Row } from './row.ts';

/** The rows of what waits: those that wait no more stay until another one is looked at. */
export function useRows(items: readonly InboxItem[], chosen: string | undefined): readonly Row[] {
  const held = useRef<{ readonly rows: readonly Row[]; readonly chosen: string | undefined }>({ rows: [], chosen });
  return useMemo(() => {
    const { rows: before, chosen: last } = held.current;
    const rows = rowsAfter(last === chosen ? before : rowsBehind(before, chosen), items);
    held.current = { rows, chosen };
    return rows;
  }, [items, chosen]);
}
