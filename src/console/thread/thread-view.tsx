import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ThreadList } from '../../client/thread-list.ts';
import { useSession } from '../session.ts';
import { useKeys } from '../shell/keys.ts';
import { go } from '../shell/place.ts';
import { NewTalk } from './new-talk.tsx';
import { Talk } from './talk.tsx';
import { ThreadNames } from './thread-names.tsx';

/** How often the list of threads is read while somebody looks, in milliseconds. */
const every = 4_000;

/** Threads, and the one that is looked at; on a narrow page the one or the other. */
export function ThreadView({ thread }: { readonly thread: string | undefined }): JSX.Element {
  const { client } = useSession();
  const [archived, setArchived] = useState(false);
  const threads = useMemo(() => new ThreadList(client, { archived, limit: 100 }), [client, archived]);
  const [isListShown, showList] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void threads.refresh(), every);
    return () => clearInterval(timer);
  }, [threads]);
  useEffect(() => showList(false), [thread]);
  useKeys([{ key: 'n', does: 'begin a new thread', run: () => go({ view: 'chat' }) }]);
  const onList = (): void => showList(true);
  return (
    <div class={`threads ${isListShown ? 'threads-listed' : ''}`}>
      <ThreadNames
        threads={threads}
        chosen={thread}
        isArchived={archived}
        onArchived={setArchived}
        onClose={() => showList(false)}
      />
      {thread === undefined ? (
        <NewTalk onList={onList} onMade={() => void threads.changed()} />
      ) : (
        <Talk key={thread} id={thread} onList={onList} onChange={() => void threads.changed()} />
      )}
    </div>
  );
}
