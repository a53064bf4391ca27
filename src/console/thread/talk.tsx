import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ThreadView } from '../../client/views.ts';
import { VirtualList } from '../list/virtual-list.tsx';
import { maySay, useMe, useSession } from '../session.ts';
import { ConnectionBar } from '../shell/connection-bar.tsx';
import { useKeys } from '../shell/keys.ts';
import { useLiveWhileSeen } from '../use-live.ts';
import { Composer } from './composer.tsx';
import { mannersFor } from './manner.ts';
import { MessageRow } from './message-row.tsx';
import { rowsOf } from './rows.ts';
import { TalkHead } from './talk-head.tsx';
import { Trouble } from './trouble.tsx';

interface TalkProps {
  readonly id: string;
  readonly onList: () => void;
  /** Something of the thread is another one in the list. */
  readonly onChange: () => void;
}

/** A thread, live: what is said in it, and what may be done. */
export function Talk({ id, onList, onChange }: TalkProps): JSX.Element {
  const { client } = useSession();
  const live = useMemo(() => client.thread(id), [client, id]);
  const now = useLiveWhileSeen(live);
  const [error, setError] = useState<unknown>();
  const { thread, messages, progress } = now;
  useEffect(onChange, [thread?.status]);
  const isMissing = now.status === 'closed' && now.error?.status === 404;
  const rows = useMemo(() => rowsOf(messages, thread?.status), [messages, thread?.status]);
  const stop = (): void => void live.stop().catch(setError);
  const isWorking = thread?.status === 'working';
  const isSaid = maySay(useMe(), thread);
  useKeys([{ key: 'Escape', does: 'stop the answer', run: stop, isOn: isWorking && isSaid }]);
  if (isMissing) return <Missing onList={onList} />;
  return (
    <section class="talk" aria-label="Thread">
      <TalkHead thread={thread} onList={onList} onChange={onChange} onError={setError} />
      <ConnectionBar state={now} onReconnect={live.reconnect} />
      <VirtualList
        items={rows}
        keyOf={({ message }) => message.id}
        estimate={120}
        label="Messages"
        role="log"
        isFollowing
        name={id}
        render={(row) => <MessageRow {...row} live={live} progress={progress} isSaid={isSaid} onError={setError} />}
      />
      {thread?.status === 'failed' && <Failed thread={thread} onError={setError} />}
      <Trouble error={error} onClose={() => setError(undefined)} />
      {isSaid ? (
        <Composer
          name={id}
          offered={mannersFor(thread?.status)}
          onSay={async (content, manner) => {
            void live.say(content, manner === undefined ? {} : { while: manner });
            return true;
          }}
          {...(isWorking && { onStop: stop })}
        />
      ) : (
        <p class="muted talk-only-read">You may read this thread, not speak in it.</p>
      )}
    </section>
  );
}

interface FailedProps {
  readonly thread: ThreadView;
  readonly onError: (error: unknown) => void;
}

function Failed({ thread: { id, error }, onError }: FailedProps): JSX.Element {
  const { client } = useSession();
  return (
    <p class="talk-wrong wrong" role="alert">
      The answer failed{error === undefined ? '' : ` (${error})`}.
      {useMe().scopes.includes('manage') && (
        <button type="button" onClick={() => void client.retryThread(id).catch(onError)}>
          Try again
        </button>
      )}
    </p>
  );
}

function Missing({ onList }: { readonly onList: () => void }): JSX.Element {
  return (
    <section class="talk" aria-label="Thread">
      <div class="empty">
        <span class="icon icon-chat" aria-hidden="true" />
        <h1>There is no such thread</h1>
        <p>It was erased, or it is not yours to see.</p>
        <button type="button" onClick={onList}>
          Threads
        </button>
      </div>
    </section>
  );
}
