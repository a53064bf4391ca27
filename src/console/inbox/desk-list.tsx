import type { JSX } from 'preact';
import { visible } from '../../wire/plain-text.ts';
import { VirtualList } from '../list/virtual-list.tsx';
import { DeskRow } from './desk-row.tsx';
import type { Entry } from './entries.ts';
import type { Row } from './row.ts';

interface DeskListProps {
  readonly entries: readonly Entry[];
  readonly view: 'inbox' | 'doubt';
  readonly chosen: string | undefined;
  readonly marks: ReadonlySet<string>;
  /** Absent: nothing can be marked. */
  readonly onMark?: (names: readonly string[]) => void;
}

/** What waits, as a list of any length. */
export function DeskList({ entries, view, chosen, marks, onMark }: DeskListProps): JSX.Element {
  return (
    <VirtualList
      items={entries}
      keyOf={({ name }) => name}
      estimate={78}
      label={view === 'inbox' ? 'Waiting calls' : 'Calls in doubt'}
      shown={chosen}
      render={(entry) => {
        switch (entry.type) {
          case 'section':
            return (
              <h2 class="desk-section">
                {entry.title} <span class="count">{entry.count}</span>
              </h2>
            );
          case 'group':
            return <Group rows={entry.rows} {...(onMark && { onMark })} />;
          case 'row':
            return (
              <DeskRow
                row={entry.row}
                view={view}
                isChosen={entry.name === chosen}
                isInGroup={entry.isInGroup}
                isMarked={marks.has(entry.name)}
                {...(onMark && { onMark: (name) => onMark([name]) })}
              />
            );
        }
      }}
    />
  );
}

interface GroupProps {
  readonly rows: readonly Row[];
  readonly onMark?: (names: readonly string[]) => void;
}

/** Several calls of one answer. */
function Group({ rows, onMark }: GroupProps): JSX.Element {
  const thread = rows[0]?.item.thread;
  return (
    <div class="desk-group">
      <span class="desk-row-thread">
        {thread?.title === undefined ? 'Untitled thread' : visible(thread.title)}
        {thread?.owner !== undefined && <span class="muted"> {visible(thread.owner)}</span>}
      </span>
      <span class="muted">{rows.length} calls</span>
      {onMark && (
        <button
          type="button"
          class="quiet small"
          onClick={() => onMark(rows.filter(({ isGone }) => !isGone).map(({ name }) => name))}
        >
          Mark all
        </button>
      )}
    </div>
  );
}
