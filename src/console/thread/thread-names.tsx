import type { JSX } from 'preact';
import type { ThreadList } from '../../client/thread-list.ts';
import type { ThreadView } from '../../client/views.ts';
import { VirtualList } from '../list/virtual-list.tsx';
import { sentenceOf } from '../sentence.ts';
import { fragmentOf } from '../shell/place.ts';
import { Ago } from '../time-text.tsx';
import { useLive } from '../use-live.ts';
import { standings, titleOf } from './standing.ts';

interface ThreadNamesProps {
  readonly threads: ThreadList;
  readonly chosen: string | undefined;
  /** Whether those that were archived are listed, in place of the others. */
  readonly isArchived: boolean;
  readonly onArchived: (isArchived: boolean) => void;
  readonly onClose: () => void;
}

/** The threads, the newest first, and how each stands. */
export function ThreadNames({ threads, chosen, isArchived, onArchived, onClose }: ThreadNamesProps): JSX.Element {
  const { threads: all, isMore, error } = useLive(threads);
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
        {isMore && (
          <button type="button" class="quiet" onClick={() => void threads.loadMore()}>
            Older ones
          </button>
        )}
        <button type="button" class="quiet" aria-pressed={isArchived} onClick={() => onArchived(!isArchived)}>
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
