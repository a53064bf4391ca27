import { useMemo, useSyncExternalStore } from 'react';
import type { Client } from '../client/client.ts';
import type { ThreadView } from '../client/views.ts';
import { useClient } from './provider.ts';
import { ThreadList, unreadThreads } from '../client/thread-list.ts';
import type { ThreadsQuery, ThreadsSnapshot } from '../client/thread-list.ts';

/** What may be done with threads. What throws, throws `ChatError`; after it the list is read anew. */
export interface ThreadsActions {
  /** Makes one and gives it. */
  readonly create: (about?: { readonly title?: string }) => Promise<ThreadView>;
  readonly rename: (thread: string, title: string) => Promise<void>;
  readonly archive: (thread: string, archived?: boolean) => Promise<void>;
  /** Erases it with all that was said; refused while a call runs or is in doubt. */
  readonly erase: (thread: string) => Promise<void>;
  /** Reads the list anew. */
  readonly refresh: () => Promise<void>;
  /** Reads what follows. */
  readonly loadMore: () => Promise<void>;
}

/** The threads of whoever looks: read when the component comes, after each change made here, and by `refresh`. */
export function useThreads({ archived, owner, limit }: ThreadsQuery = {}): ThreadsSnapshot & ThreadsActions {
  const client = useClient();
  const list = useMemo(() => {
    const query = {
      ...(archived !== undefined && { archived }),
      ...(owner !== undefined && { owner }),
      ...(limit !== undefined && { limit }),
    };
    return new ThreadList(client, query);
  }, [client, archived, owner, limit]);
  const now = useSyncExternalStore(list.subscribe, list.getSnapshot, () => unreadThreads);
  const actions = useMemo(() => actionsOf(client, list), [client, list]);
  return useMemo(() => ({ ...now, ...actions }), [now, actions]);
}

function actionsOf(client: Client, list: ThreadList): ThreadsActions {
  const { refresh, loadMore } = list;
  const changing = async <T>(change: Promise<T>): Promise<T> => change.finally(() => list.changed());
  return {
    create: (about) => changing(client.createThread(about)),
    rename: (thread, title) => changing(client.renameThread(thread, title)).then(nothing),
    archive: (thread, archived) => changing(client.archiveThread(thread, archived)).then(nothing),
    erase: (thread) => changing(client.eraseThread(thread)),
    refresh,
    loadMore,
  };
}

const nothing = (): void => {};
