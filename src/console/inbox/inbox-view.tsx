import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { useSession } from '../session.ts';
import { fragmentOf } from '../shell/place.ts';
import type { Chosen } from '../shell/place.ts';
import { useLive } from '../use-live.ts';
import { Desk } from './desk.tsx';
import { useMore } from './more.ts';
import { NotifyButton } from './notify-button.tsx';

/** What waits for whoever looks, in all threads. */
export function InboxView({ chosen }: { readonly chosen: Chosen | undefined }): JSX.Element {
  const { inbox } = useSession();
  const { items: first, isMore, status } = useLive(inbox);
  const more = useMore((first ?? none) as readonly InboxItem[], isMore);
  const all = useMemo(() => [...(first ?? none), ...more.items] as readonly InboxItem[], [first, more.items]);
  const items = useMemo(() => all.filter(({ call }) => call.state !== 'in-doubt'), [all]);
  const doubts = all.length - items.length;
  if (!first && !chosen)
    return <p class="desk-empty muted">{status === 'closed' ? 'You have no inbox here.' : 'Reading…'}</p>;
  return (
    <Desk
      view="inbox"
      title="Inbox"
      canMark
      {...{ items, chosen }}
      head={
        <>
          <a class="grants-link" href={fragmentOf({ view: 'grants' })}>
            Grants
          </a>
          <NotifyButton items={items} />
        </>
      }
      foot={
        <>
          {doubts > 0 && (
            <a class="desk-foot" href={fragmentOf({ view: 'doubt' })}>
              {doubts} in doubt
            </a>
          )}
          {more.isMore && (
            <button type="button" class="desk-foot" onClick={more.readMore}>
              More waits: show 500 more
            </button>
          )}
        </>
      }
      empty={<Empty doubts={doubts} items={items} />}
    />
  );
}

const none: readonly InboxItem[] = [];

function Empty({ doubts, items }: { readonly doubts: number; readonly items: readonly InboxItem[] }): JSX.Element {
  return (
    <div class="empty">
      <span class="icon icon-inbox" aria-hidden="true" />
      <h1>Nothing waits for you</h1>
      <p>When a model wants to do what needs a person, the call appears here by itself.</p>
      {doubts > 0 ? (
        <p>
          <a href={fragmentOf({ view: 'doubt' })}>{doubts} in doubt</a>: nobody knows whether they took effect.
        </p>
      ) : (
        <p>
          <a href={fragmentOf({ view: 'chat' })}>Start a chat</a>, or leave this page open.
        </p>
      )}
      <p class="empty-more">
        <NotifyButton items={items} />
        <a href={fragmentOf({ view: 'grants' })}>Grants</a>
      </p>
    </div>
  );
}
