import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { AuditView } from '../audit/audit-view.tsx';
import { ThreadView } from '../thread/thread-view.tsx';
import { DoubtView } from '../doubt/doubt-view.tsx';
import { InboxView } from '../inbox/inbox-view.tsx';
import { useSession } from '../session.ts';
import { useLive } from '../use-live.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { KeyList } from './key-list.tsx';
import { pressed, useKeys } from './keys.ts';
import { Navigation } from './navigation.tsx';
import { go, place } from './place.ts';
import { SignIn } from './sign-in.tsx';
import { useTitle } from './title.ts';

/** The page: where one can go, how it is connected, and what is looked at. */
export function Shell(): JSX.Element {
  const { inbox } = useSession();
  const state = useLive(inbox);
  const { status, error, items = [] } = state;
  const doubts = items.filter(({ call }) => call.state === 'in-doubt').length;
  useTitle(items.length);
  useEffect(() => {
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  useKeys([
    { key: 'g c', does: 'go to the chat', run: () => go({ view: 'chat' }) },
    { key: 'g i', does: 'go to the inbox', run: () => go({ view: 'inbox' }) },
    { key: 'g d', does: 'go to what is in doubt', run: () => go({ view: 'doubt' }) },
    { key: 'g a', does: 'go to the audit trail', run: () => go({ view: 'audit' }) },
  ]);
  if (status === 'closed' && error?.status === 401) return <SignIn />;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Navigation waiting={items.length - doubts} doubts={doubts} />
      <main id="main" tabIndex={-1}>
        <ConnectionBar state={state} onReconnect={inbox.reconnect} />
        <View />
      </main>
      <KeyList />
    </div>
  );
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
    case 'audit':
      return <AuditView thread={value.thread} />;
  }
}
