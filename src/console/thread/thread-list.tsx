import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreadView } from '../../client/views.ts';
import { VirtualList } from '../list/virtual-list.tsx';
import { sentenceOf } from '../sentence.ts';
import { fragmentOf } from '../shell/place.ts';
import { Ago } from '../time-text.tsx';
import { standings, titleOf } from './standing.ts';
import type { Threads } from './threads.ts';

interface ThreadListProps {
  readonly threads: Threads;
  readonly chosen: string | undefined;
  readonly onClose: () => void;
}

/** The threads, the newest first, and how each stands. */
export function ThreadList({ threads, chosen, onClose }: ThreadListProps): JSX.Element {
  const [isArchived, setIsArchived] = useState(false);
  const { threads: all, next, error } = threads.now.value;
  const change = (archived: boolean): void => {
    setIsArchived(archived);
    void threads.list(archived);
  };
  return (
    <aside class="thread-list" aria-label="Threads">
      <div class="thread-list-head">
        <a class="button" href={fragmentOf({ view: 'chat' })} onClick={onClose}>
          <span class="icon icon-add" aria-hidden="true" /> New thread
        </a>
        <button type="button" class="quiet thread-list-close" onClick={onClose} aria-label="Close the list">
          <span class="icon icon-close" aria-hidden="true" />
        </button>
      </div>
      {error !== undefined && <p class="wrong">{sentenceOf(error)}</p>}
      <VirtualList
        items={all ?? []}
        keyOf={({ id }) => id}
        estimate={56}
        label={isArchived ? 'Archived threads' : 'Threads'}
        shown={chosen}
        render={(thread) => <Entry thread={thread} isChosen={thread.id === chosen} onOpen={onClose} />}
      />
      {all?.length === 0 && (
        <p class="thread-list-none muted">{isArchived ? 'None was archived.' : 'No thread yet.'}</p>
      )}
      <div class="thread-list-foot">
        {next !== undefined && (
          <button type="button" class="quiet" onClick={() => void threads.more()}>
            Older ones
          </button>
        )}
        <button type="button" class="quiet" aria-pressed={isArchived} onClick={() => change(!isArchived)}>
          {isArchived ? 'Back to the others' : 'Archived'}
        </button>
      </div>
    </aside>
  );
}

interface EntryProps {
  readonly thread: ThreadView;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
}

function Entry({ thread, isChosen, onOpen }: EntryProps): JSX.Element {
  const { id, status, updatedAt } = thread;
  return (
    <a
      class="thread-entry"
      href={fragmentOf({ view: 'chat', thread: id })}
      aria-current={isChosen ? 'true' : undefined}
      onClick={onOpen}
    >
      <span class="thread-title">{titleOf(thread)}</span>
      <span class="thread-about muted">
        <span class={`standing standing-${status}`}>{standings[status]}</span>
        <Ago at={updatedAt} />
      </span>
    </a>
  );
}
