import type { Api } from './api.ts';
import type { ThreadView } from './views.ts';
import { ChatError } from '../conversation/error.ts';

/** Which threads are listed. */
export interface ThreadsQuery {
  readonly archived?: boolean;
  readonly owner?: string;
  /** How many at once. Default: 50, at most 500. */
  readonly limit?: number;
}

/** Threads as they were read last. */
export interface ThreadsSnapshot {
  /** Absent until they were read. */
  readonly threads?: readonly ThreadView[];
  readonly isLoading: boolean;
  /** Why the last reading failed. */
  readonly error?: ChatError;
  /** Whether there are more than are shown. */
  readonly isMore: boolean;
}

/** Before anything was read. */
export const unreadThreads: ThreadsSnapshot = { isLoading: true, isMore: false };

/** A list of threads that is read when somebody looks at it. */
export class ThreadList {
  readonly #api: Pick<Api, 'listThreads'>;
  readonly #query: ThreadsQuery;
  readonly #listeners = new Set<() => void>();
  #snapshot = unreadThreads;
  #next: string | undefined;
  #reading: Promise<void> | undefined;

  constructor(api: Pick<Api, 'listThreads'>, query: ThreadsQuery) {
    this.#api = api;
    this.#query = query;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) void this.refresh();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): ThreadsSnapshot => this.#snapshot;

  /** Reads as many again as are shown, at least a first page. Never throws. */
  readonly refresh = (): Promise<void> => this.#once(() => this.#readUpTo(this.#snapshot.threads?.length ?? 0));

  /** Reads what follows. Never throws. */
  readonly loadMore = (): Promise<void> =>
    this.#once(() => this.#readUpTo((this.#snapshot.threads?.length ?? 0) + 1, true));

  /** Reads anew behind whatever is being read now, which may be of before. */
  async changed(): Promise<void> {
    await this.#reading;
    await this.refresh();
  }

  /** One reading at a time: a component that is mounted twice reads once. */
  #once(read: () => Promise<void>): Promise<void> {
    return (this.#reading ??= this.#run(read).finally(() => (this.#reading = undefined)));
  }

  async #run(read: () => Promise<void>): Promise<void> {
    const { error: _, ...before } = this.#snapshot;
    this.#tell({ ...before, isLoading: true });
    try {
      await read();
    } catch (cause) {
      const unknown = (): ChatError => new ChatError('invalid-response', 'Listing threads: it failed.', { cause });
      const error = cause instanceof ChatError ? cause : unknown();
      this.#tell({ ...this.#snapshot, isLoading: false, error });
    }
  }

  async #readUpTo(count: number, goesOn = false): Promise<void> {
    const threads: ThreadView[] = goesOn ? [...(this.#snapshot.threads ?? [])] : [];
    let after = goesOn ? this.#next : undefined;
    do {
      const page = await this.#api.listThreads({ ...this.#query, ...(after !== undefined && { after }) });
      threads.push(...page.items);
      after = page.next;
    } while (after !== undefined && threads.length < count);
    this.#next = after;
    this.#tell({ threads: onlyOnce(threads), isLoading: false, isMore: after !== undefined });
  }

  #tell(snapshot: ThreadsSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

/** A thread that moved to another page meanwhile stands in two. */
function onlyOnce(threads: readonly ThreadView[]): readonly ThreadView[] {
  return [...new Map(threads.map((thread) => [thread.id, thread])).values()];
}
