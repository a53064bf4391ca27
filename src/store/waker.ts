import type { ThreadKey } from './thread.ts';

/** That a thread is to be looked at. It is a hint: the row of the thread says whether anything is due (rule S3). */
export interface Wake extends ThreadKey {
  /** When, in milliseconds since the epoch by the store's clock. */
  readonly notBefore: number;
  /** What that clock showed when it was said. */
  readonly now: number;
}

/**
 * Wakes the threads of a store on Postgres by something that lasts, such as a queue of jobs. It may wake too often, late, or
 * in a process that cannot help, but must not make one wake of two: Monday's deferral and what is to be done now (rule S3).
 *
 * The cases every waker must pass are in `yourcall/testing`.
 */
export interface Waker {
  /**
   * Has a thread woken. It belongs to the transaction that says when the thread is due: undone with it, and there when it is
   * committed. What it throws undoes the transaction.
   */
  wake(transaction: WakerQueries, wake: Wake): Promise<void>;

  /** Begins to tell of wakes whose time has come, at the end of this process or another, until it is called off. */
  onWake(listener: (key: ThreadKey) => void): () => void;

  /** Ends it: nobody is told any more. */
  close(): Promise<void>;
}

/** Runs SQL: within one transaction, or each statement on its own. Rows are as the package `pg` gives them. */
export type WakerQueries = (text: string, values?: readonly unknown[]) => Promise<{ readonly rows: unknown[] }>;

/** Where a waker is opened. */
export interface WakerPlace {
  /** Of the store: what is woken for one store of a database is no other's. */
  readonly name: string;
  /** Runs statements on the store's own connections. */
  readonly query: WakerQueries;
}

/** Opens a waker, when the tables of its store are there. What it throws is thrown by the call of the store that needs it. */
export type OpenWaker = (place: WakerPlace) => Promise<Waker>;
