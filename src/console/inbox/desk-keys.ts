import type { RefObject } from 'preact';
import { fragmentOf, go } from '../shell/place.ts';
import type { Chosen } from '../shell/place.ts';
import { useKeys } from '../shell/keys.ts';
import type { Row } from './row.ts';
import type { Marks } from './use-marks.ts';

interface DeskKeysAbout {
  readonly view: 'inbox' | 'doubt';
  readonly chosen: Chosen | undefined;
  readonly row: Row | undefined;
  /** Absent: nothing can be marked. */
  readonly marks: Marks | undefined;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly move: (by: 1 | -1) => void;
  /** Shows what is marked, to approve it. */
  readonly review: () => void;
}

/** The keys by which a list of what waits is worked through. */
export function useDeskKeys({ view, chosen, row, marks, search, move, review }: DeskKeysAbout): void {
  const next = { does: 'go to the next call', run: () => move(1) };
  const before = { does: 'go to the call before', run: () => move(-1) };
  useKeys([
    { key: 'j', ...next },
    { key: 'k', ...before },
    { key: 'ArrowDown', ...next },
    { key: 'ArrowUp', ...before },
    {
      key: 'x',
      does: 'mark the call',
      run: () => row && marks?.toggle([row.name]),
      isOn: row !== undefined && marks !== undefined,
    },
    { key: 'A', does: 'approve those that are marked', run: review, isOn: (marks?.names.size ?? 0) > 0 },
    {
      key: 'Enter',
      does: 'open its thread',
      run: () => chosen && go({ view: 'chat', thread: chosen.thread }),
      isOn: chosen !== undefined,
    },
    { key: 'u', does: 'go back to the list', run: () => go({ view }), isOn: chosen !== undefined },
    { key: '/', does: 'filter the list', run: () => focusOn(search.current, view) },
  ]);
}

function focusOn(field: HTMLInputElement | null, view: 'inbox' | 'doubt'): void {
  // On a narrow page the list is not there while a call is looked at.
  if (field && field.offsetParent === null) location.hash = fragmentOf({ view });
  field?.focus();
  field?.select();
}
