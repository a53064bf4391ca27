import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { visible } from '../../wire/plain-text.ts';
import { CallCard } from '../call/call-card.tsx';
import { AloneContext } from '../call/keyed.ts';
import { useSession } from '../session.ts';
import { fragmentOf } from '../shell/place.ts';
import type { Chosen } from '../shell/place.ts';
import { Ago } from '../time-text.tsx';
import { learn, learnedOf, unlearn } from './learned.ts';
import { outcomeOf } from './outcome.ts';
import type { Row } from './row.ts';

interface DeskPaneProps {
  readonly view: 'inbox' | 'doubt';
  readonly chosen: Chosen;
  /** Absent: it is not among what waits. */
  readonly row: Row | undefined;
  /** Such as `3 of 12`. */
  readonly place: string;
  /** Goes to the next or the one before. */
  readonly onMove: (by: 1 | -1) => void;
}

/** The call that is chosen, and where it belongs. It stays the same for as long as one looks at it. */
export function DeskPane({ view, chosen, row, place, onMove }: DeskPaneProps): JSX.Element {
  const { client } = useSession();
  const isLive = row !== undefined && !row.isGone;
  const { thread, call } = chosen;
  useEffect(() => {
    if (isLive) unlearn({ thread, call });
    else learn(client, { thread, call });
  }, [client, thread, call, isLive]);
  const found = isLive ? undefined : learnedOf(chosen);
  const item = typeof found === 'object' ? found : row?.item;
  return (
    <section class="desk-pane" aria-label="The call">
      <h1 class="unseen pane-title">{item ? visible(item.call.name) : 'The call'}</h1>
      <PaneHead {...{ view, thread, item, place, onMove }} />
      {row?.isGone && (
        <p class="gone-line" role="status">
          <span>{sentence(outcomeOf(row))}</span>
          <button type="button" class="small" onClick={() => onMove(1)}>
            Next <kbd aria-hidden="true">j</kbd>
          </button>
        </p>
      )}
      {item ? (
        <AloneContext.Provider value>
          <CallCard thread={thread} call={item.call} seen={item.seen} key={`${thread} ${call}`} />
        </AloneContext.Provider>
      ) : (
        <p class="empty">{found === 'unknown' ? 'There is no such call, or you may not see it.' : 'Reading…'}</p>
      )}
    </section>
  );
}

interface PaneHeadProps extends Pick<DeskPaneProps, 'view' | 'place' | 'onMove'> {
  readonly thread: string;
  readonly item: InboxItem | undefined;
}

function PaneHead({ view, thread, item, place, onMove }: PaneHeadProps): JSX.Element {
  return (
    <header class="desk-pane-head">
      <a class="back" href={fragmentOf({ view })}>
        ← <span>Back</span>
      </a>
      {item && (
        <p class="where">
          <a href={fragmentOf({ view: 'chat', thread })}>{titleOf(item)}</a>
          <span class="muted">
            {item.thread.owner !== undefined && `asked by ${visible(item.thread.owner)}, `}
            <Ago at={item.since} />
          </span>
        </p>
      )}
      <div class="moves">
        <span class="muted">{place}</span>
        <button type="button" class="quiet" onClick={() => onMove(-1)} aria-label="The one before">
          ↑
        </button>
        <button type="button" class="quiet" onClick={() => onMove(1)} aria-label="The next one">
          ↓
        </button>
      </div>
    </header>
  );
}

function titleOf({ thread }: InboxItem): string {
  return thread.title === undefined ? 'Untitled thread' : visible(thread.title);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
