import { ChatError } from '../conversation/error.ts';
import { Connection } from './connection.ts';
import type { ConnectionAbout, ConnectionState } from './connection.ts';
import type { ClientOptions } from './options.ts';
import { Published } from './published.ts';

/** A view that is kept up to date for as long as somebody listens: fits `useSyncExternalStore`. */
export interface Live<Snapshot> {
  /** Calls the listener after changes, at most once a frame; gives what ends it. Those of one view share a connection. */
  subscribe(listener: () => void): () => void;
  /** The view: the same object for as long as nothing changed. */
  getSnapshot(): Snapshot;
  /** The first view that is wanted; listens until then. Throws why when the view is closed, or the signal's reason. */
  until(isWanted: (snapshot: Snapshot) => boolean, options?: { readonly signal?: AbortSignal }): Promise<Snapshot>;
  /** Connects anew where a view was closed by what is remedied now, such as by a token that had expired. */
  reconnect(): void;
  /** Ends it for all who listen. */
  close(): void;
}

/** How a live view behaves, and who keeps it. */
export interface LiveOptions extends ClientOptions {
  /** Told when it was closed. */
  readonly onClose: () => void;
}

/** What a live view is made of. */
export interface LiveAbout<Snapshot> {
  readonly follow: ConnectionAbout['follow'];
  readonly make: (state: ConnectionState) => Snapshot;
}

/** A live view, and what its maker needs of it. */
export interface LiveParts<Snapshot> extends Live<Snapshot> {
  /** Something changed: told with the next frame. */
  change(): void;
  /** Something changed that somebody did here: told at once. */
  flush(): void;
  /** Aborted when it is closed. */
  readonly signal: AbortSignal;
}

/** Makes a view live. */
export function liveOf<Snapshot extends ConnectionState>(
  { follow, make }: LiveAbout<Snapshot>,
  options: LiveOptions,
): LiveParts<Snapshot> {
  const closing = new AbortController();
  const { signal } = closing;
  let state: ConnectionState = { status: 'connecting' };
  const tell = (next: ConnectionState): void => {
    state = next;
    published.change();
  };
  const connection = new Connection({ follow, tell }, options);
  const published = new Published<Snapshot>(
    {
      make: () => make(state),
      onListeners(areThere) {
        if (signal.aborted) return;
        if (areThere) return connection.start();
        connection.stop();
        tell({ status: 'connecting' });
      },
    },
    options,
  );
  const live = {
    subscribe: (listener: () => void) => published.subscribe(listener),
    getSnapshot: () => published.snapshot,
    change: () => published.change(),
    flush: () => published.flush(),
    signal,
    reconnect() {
      if (signal.aborted) return;
      connection.stop();
      if (published.hasListeners) connection.start();
      published.flush();
    },
    close() {
      if (signal.aborted) return;
      closing.abort(new ChatError('aborted', 'The view was closed.'));
      connection.stop();
      tell({ status: 'closed' });
      published.flush();
      options.onClose();
    },
  };
  return { ...live, until: (isWanted, { signal } = {}) => until(live, isWanted, signal) };
}

function until<Snapshot extends ConnectionState>(
  live: Pick<Live<Snapshot>, 'subscribe' | 'getSnapshot'>,
  isWanted: (snapshot: Snapshot) => boolean,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
  const look = (): void => {
    const snapshot = live.getSnapshot();
    try {
      if (isWanted(snapshot)) resolve(snapshot);
      else if (snapshot.status === 'closed') throw snapshot.error ?? new ChatError('aborted', 'The view was closed.');
    } catch (error) {
      reject(error);
    }
  };
  const leave = (): void => reject(signal?.reason);
  const unsubscribe = live.subscribe(look);
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  look();
  return promise.finally(() => {
    unsubscribe();
    signal?.removeEventListener('abort', leave);
  });
}
