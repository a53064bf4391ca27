import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { changedColumns, wakesOf } from '../sql/changed-row.ts';
import type { ChangedRow } from '../sql/changed-row.ts';
import type { Database } from '../sql/database.ts';
import { all, first } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';
import { hear } from './hear.ts';
import { pause } from './passing.ts';
import { newsIn } from './payload.ts';
import type { PostgresPool } from './pool.ts';

/** How often it is looked for changes that nobody told of, in milliseconds. */
const lookEvery = 1_000;

/** After what time it is tried again whether something can be heard, in milliseconds. */
const deafFor = 60_000;

/** How much later than its number a change may be committed, in microseconds. */
const lateness = 2_000_000;

/** What a watch needs. */
export interface WatchOptions {
  readonly pool: () => Promise<PostgresPool>;
  /** Plays a transaction that reads, once. */
  readonly read: <Answer>(transaction: Transaction<Answer>) => Promise<Answer>;
  readonly database: Database;
  readonly channel: string;
  /** How often it is tried whether whoever listens still hears, in milliseconds. */
  readonly every: number;
  readonly tell: (key: ThreadKey, news: News) => void;
  readonly wake: (wake: Wake) => void;
}

/** Notices what other processes change: they tell, and since what they say may be lost it also looks every second. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #end = new AbortController();
  /** What was changed lately, when it was looked last. */
  #rows: readonly ChangedRow[] = [];
  #looking: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    void this.#hearUntilEnd();
    void this.#lookUntilEnd();
  }

  end(): void {
    this.#end.abort();
  }

  /** A connection that broke is replaced. */
  async #hearUntilEnd(): Promise<void> {
    const { signal } = this.#end;
    const { pool, channel, every, tell, wake } = this.#options;
    const onPayload = (payload: string): void => {
      const told = newsIn(payload);
      if (!told) return void this.#look();
      for (const key of told.keys) tell(key, told.news);
      if (told.wake) wake(told.wake);
    };
    for (let tries = 1; !signal.aborted; tries += 1) {
      // What is wrong shows in the calls of the store; here it is tried again.
      const how = await pool()
        .then((opened) => hear(opened, { channel, signal, every, onPayload }))
        .catch(() => 'broken' as const);
      if (how === 'deaf') await sleep(deafFor, undefined, { signal, ref: false }).catch(() => {});
      if (how === 'heard') tries = 1;
      if (!signal.aborted) await pause(tries);
    }
  }

  async #lookUntilEnd(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#look();
      await sleep(lookEvery, undefined, { signal }).catch(() => {});
    }
  }

  /** One at a time, however many hints say nothing. */
  #look(): Promise<void> {
    return (this.#looking ??= this.#looked().finally(() => (this.#looking = undefined)));
  }

  async #looked(): Promise<void> {
    const { read, database, tell, wake } = this.#options;
    const before = new Set(this.#rows.map(nameOf));
    const since = this.#rows.at(-1)?.changed;
    try {
      this.#rows = await read(changedLately(database, since));
    } catch {
      return;
    }
    if (this.#end.signal.aborted) return;
    for (const row of this.#rows) {
      if (before.has(nameOf(row))) continue;
      tell({ tenant: row.tenant, thread: row.id }, 'events');
      for (const one of wakesOf(row)) wake(one);
    }
  }
}

/** Threads that changed since a change, and shortly before; without one since now, and shortly before. */
function* changedLately(
  { tables, change, now }: Database,
  since: number | undefined,
): Transaction<readonly ChangedRow[]> {
  const last = since ?? (yield* first(tables.selectNoFrom(change.as('last'))))!.last;
  return yield* all(
    tables
      .selectFrom('thread')
      .select(changedColumns)
      .select(now.as('now'))
      .where('changed', '>', last - lateness)
      // Where the clock was set back, changes from before that have larger numbers than those that come now, and were seen.
      .where('changed', '<', sql<number>`${now} * 1000 + ${lateness}`)
      .orderBy('changed'),
  );
}

function nameOf({ tenant, id, changed }: ChangedRow): string {
  return JSON.stringify([tenant, id, changed]);
}
