import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { InboxItem } from '../../client/views.ts';
import { Desk } from '../inbox/desk.tsx';
import { useSession } from '../session.ts';
import type { Chosen } from '../shell/place.ts';
import { useLive } from '../use-live.ts';

/** Calls that were started and of which nobody knows whether they took effect. */
export function DoubtView({ chosen }: { readonly chosen: Chosen | undefined }): JSX.Element {
  const { inbox } = useSession();
  const { items: all } = useLive(inbox);
  const items = useMemo(
    () => ((all ?? []) as readonly InboxItem[]).filter(({ call }) => call.state === 'in-doubt'),
    [all],
  );
  return (
    <Desk
      view="doubt"
      title="In doubt"
      canMark={false}
      {...{ items, chosen }}
      head={<p class="muted">Started, and nobody knows whether it took effect: their threads wait for your word.</p>}
      empty={
        <div class="empty">
          <span class="icon icon-doubt" aria-hidden="true" />
          <h1>Nothing is in doubt</h1>
          <p>
            A call is in doubt when it was started and nobody knows whether it took effect, such as after a machine
            died. Nothing goes on then until somebody says what happened. Such calls appear here.
          </p>
        </div>
      }
    />
  );
}
