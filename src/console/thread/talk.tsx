import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { VirtualList } from '../list/virtual-list.tsx';
import { useSession } from '../session.ts';
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
  const isMissing = now.status === 'closed' && now.error?.status === 404;
  const rows = useMemo(() => rowsOf(messages, thread?.status), [messages, thread?.status]);
  const stop = (): void => void live.stop().catch(setError);
  const isWorking = thread?.status === 'working';
  useKeys([{ key: 'Escape', does: 'stop the answer', run: stop, isOn: isWorking }]);
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
        render={(row) => <MessageRow {...row} live={live} progress={progress} onError={setError} />}
      />
      {thread?.status === 'failed' && (
        <p class="talk-wrong wrong" role="alert">
          The answer failed{thread.error === undefined ? '' : ` (${thread.error})`}.{' '}
          <button type="button" onClick={() => void client.retryThread(id).catch(setError)}>
            Try again
          </button>
        </p>
      )}
      <Trouble error={error} onClose={() => setError(undefined)} />
      <Composer
        name={id}
        offered={mannersFor(thread?.status)}
        onSay={async (content, manner) => {
          void live.say(content, manner === undefined ? {} : { while: manner });
          return true;
        }}
        {...(isWorking && { onStop: stop })}
      />
    </section>
  );
}

function Missing({ onList }: { readonly onList: () => void }): JSX.Element {
  return (
    <section class="talk" aria-label="Thread">
      <div class="empty">
        <span class="icon icon-chat" aria-hidden="true" />
        <h2>There is no such thread</h2>
        <p>It was erased, or it is not yours to see.</p>
        <button type="button" onClick={onList}>
          Threads
        </button>
      </div>
    </section>
  );
}
