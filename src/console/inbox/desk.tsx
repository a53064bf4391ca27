import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { go } from '../shell/place.ts';
import type { Chosen } from '../shell/place.ts';
import { DeskBar } from './desk-bar.tsx';
import { useDeskKeys } from './desk-keys.ts';
import { DeskList } from './desk-list.tsx';
import { DeskPane } from './desk-pane.tsx';
import { entriesOf, rowsIn } from './entries.ts';
import { filtered } from './filter.ts';
import { ReviewDialog } from './review-dialog.tsx';
import { chosenIn, rowName } from './row.ts';
import type { Row } from './row.ts';
import { useLearnedRows } from './use-learned-rows.ts';
import { useMarks } from './use-marks.ts';
import type { Marks } from './use-marks.ts';
import { useRows } from './use-rows.ts';

interface DeskProps {
  readonly view: 'inbox' | 'doubt';
  readonly title: string;
  readonly items: readonly InboxItem[];
  readonly chosen: Chosen | undefined;
  /** Whether several may be decided about at once. */
  readonly canMark: boolean;
  /** Above the list. */
  readonly head?: ComponentChildren;
  /** Below the list. */
  readonly foot?: ComponentChildren;
  /** What is shown where nothing waits. */
  readonly empty: ComponentChildren;
}

/** What waits at the left, the chosen call at the right; one of both on a narrow page. */
export function Desk({ view, title, items, chosen, canMark, head, foot, empty }: DeskProps): JSX.Element {
  const [words, setWords] = useState('');
  const [isReviewing, setIsReviewing] = useState(false);
  const name = chosen && rowName(chosen);
  const all = useRows(items, name);
  useLearnedRows(all);
  const entries = useMemo(() => entriesOf(filtered(all, words)), [all, words]);
  const rows = useMemo(() => rowsIn(entries), [entries]);
  const marks = useMarks(rows);
  const search = useRef<HTMLInputElement>(null);
  const move = (by: 1 | -1): void => go({ view, ...chosenAfter(rows, name, by) }, { replace: chosen !== undefined });
  const at = rows.findIndex((row) => row.name === name);
  useFirst({ view, rows, chosen });
  const review = (): void => setIsReviewing(true);
  useDeskKeys({ view, chosen, row: rows[at], marks: canMark ? marks : undefined, search, move, review });
  if (all.length === 0 && !chosen) return <div class="desk-empty">{empty}</div>;
  return (
    <div class={chosen ? 'desk has-chosen' : 'desk'}>
      <section class="desk-list" aria-label={title}>
        <DeskBar {...{ title, words, search }} found={rows.length} of={all.length} onWords={setWords}>
          {head}
        </DeskBar>
        <DeskList {...{ entries, view }} chosen={name} marks={marks.names} {...(canMark && { onMark: marks.toggle })} />
        {canMark && <MarkBar marks={marks} onReview={review} />}
        {foot}
      </section>
      <Looked
        {...{ view, chosen }}
        row={all.find((row) => row.name === name)}
        place={placeText(at, rows)}
        onMove={move}
      />
      {isReviewing && (
        <ReviewDialog
          rows={marks.rows}
          onClose={(decided) => {
            setIsReviewing(false);
            marks.drop(decided.map((row) => row.name));
          }}
        />
      )}
    </div>
  );
}

interface LookedProps {
  readonly view: 'inbox' | 'doubt';
  readonly chosen: Chosen | undefined;
  readonly row: Row | undefined;
  readonly place: string;
  readonly onMove: (by: 1 | -1) => void;
}

function Looked({ chosen, ...props }: LookedProps): JSX.Element {
  if (chosen) return <DeskPane chosen={chosen} {...props} />;
  return <p class="desk-pane muted nothing-chosen">Choose a call.</p>;
}

function placeText(at: number, { length }: readonly Row[]): string {
  return at < 0 ? '' : `${at + 1} of ${length}`;
}

interface MarkBarProps {
  readonly marks: Marks;
  readonly onReview: () => void;
}

function MarkBar({ marks, onReview }: MarkBarProps): JSX.Element | null {
  if (marks.names.size === 0) return null;
  return (
    <div class="mark-bar" role="status">
      <span>{marks.names.size} marked</span>
      <button type="button" class="good small" onClick={onReview}>
        Approve… <kbd aria-hidden="true">A</kbd>
      </button>
      <button type="button" class="quiet small" onClick={marks.clear}>
        Clear
      </button>
    </div>
  );
}

/** The row behind the chosen one, or before it; the first where none is chosen. Those that are gone are passed over. */
function chosenAfter(rows: readonly Row[], name: string | undefined, by: 1 | -1): { readonly chosen?: Chosen } {
  const at = rows.findIndex((row) => row.name === name);
  const step = at < 0 ? 1 : by;
  let next = at < 0 ? 0 : at + by;
  while (rows[next]?.isGone) next += step;
  // At the end of the list one stays; but not with what is gone, where anything waits.
  const row = rows[next] ?? (rows[at]?.isGone ? rows.findLast(({ isGone }) => !isGone) : rows[at]);
  return row ? { chosen: chosenIn(row) } : {};
}

/** Where there is room for both, the first call is looked at when one comes. */
function useFirst({
  view,
  rows,
  chosen,
}: {
  view: 'inbox' | 'doubt';
  rows: readonly Row[];
  chosen: Chosen | undefined;
}): void {
  const first = rows[0];
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current || !first) return;
    isDone.current = true;
    if (!chosen && matchMedia('(min-width: 900px)').matches) go({ view, chosen: chosenIn(first) }, { replace: true });
  }, [first === undefined]);
}
