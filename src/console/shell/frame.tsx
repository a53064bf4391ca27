import type { JSX } from 'preact';
import type { ConnectionState } from '../../client/connection.ts';
import { AuditView } from '../audit/audit-view.tsx';
import { DoubtView } from '../doubt/doubt-view.tsx';
import { GrantsView } from '../grants/grants-view.tsx';
import { InboxView } from '../inbox/inbox-view.tsx';
import { useMe, useSession } from '../session.ts';
import { ThreadView } from '../thread/thread-view.tsx';
import { useLive } from '../use-live.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { KeyList } from './key-list.tsx';
import { useKeys } from './keys.ts';
import { Navigation } from './navigation.tsx';
import { go, place } from './place.ts';
import { useTitle } from './title.ts';

/** Where one can go, how the page is connected, and what is looked at. */
export function Frame(): JSX.Element {
  const { scopes } = useMe();
  return scopes.includes('decide') ? <DecidersFrame /> : <Around waiting={0} doubts={0} />;
}

/** With what waits for whoever looks. */
function DecidersFrame(): JSX.Element {
  const { inbox } = useSession();
  const state = useLive(inbox);
  const { items = [] } = state;
  const doubts = items.filter(({ call }) => call.state === 'in-doubt').length;
  useTitle(items.length);
  return <Around waiting={items.length - doubts} doubts={doubts} connection={state} onReconnect={inbox.reconnect} />;
}

interface AroundProps {
  readonly waiting: number;
  readonly doubts: number;
  readonly connection?: ConnectionState;
  readonly onReconnect?: () => void;
}

function Around({ waiting, doubts, connection, onReconnect }: AroundProps): JSX.Element {
  useKeys([
    { key: 'g c', does: 'go to the chat', run: () => go({ view: 'chat' }) },
    { key: 'g i', does: 'go to the inbox', run: () => go({ view: 'inbox' }) },
    { key: 'g d', does: 'go to what is in doubt', run: () => go({ view: 'doubt' }) },
    { key: 'g g', does: 'go to what is granted', run: () => go({ view: 'grants' }) },
    { key: 'g a', does: 'go to the audit trail', run: () => go({ view: 'audit' }) },
  ]);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Navigation waiting={waiting} doubts={doubts} />
      <main id="main" tabIndex={-1}>
        {connection && onReconnect && <ConnectionBar state={connection} onReconnect={onReconnect} />}
        <View />
      </main>
      <KeyList />
    </div>
  );
}

/** The fragment says which view is looked at: it cannot say this too. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function View(): JSX.Element {
  const { value } = place;
  switch (value.view) {
    case 'chat':
      return <ThreadView thread={value.thread} />;
    case 'inbox':
      return <InboxView chosen={value.chosen} />;
    case 'doubt':
      return <DoubtView chosen={value.chosen} />;
    case 'grants':
      return <GrantsView />;
    case 'audit':
      return <AuditView thread={value.thread} />;
  }
}
