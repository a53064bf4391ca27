import { watch } from 'node:fs';
import { sql } from 'kysely';
import type { Database } from '../sql/database.ts';
import { changedColumns, wakesOf } from '../sql/changed-row.ts';
import type { ChangedRow } from '../sql/changed-row.ts';
import { all } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';
import type { Connection } from './connection.ts';

/** How often the file is looked at without a hint, in milliseconds. */
const lookEvery = 25;

/** How long the file is still heard of when nobody wants to know any more, in milliseconds: somebody else may soon. */
const lingerFor = 1_000;

/** What a watch needs. */
export interface WatchOptions {
  /** The file. */
  readonly path: string;
  readonly open: () => Connection;
  readonly database: Database;
  readonly wake: (wake: Wake) => void;
}

/** Notices what other processes change in a file, while somebody wants to know: SQLite tells nobody, but counts (rule S6). */
export class Watch {
  readonly #options: WatchOptions;
  #tell: ((key: ThreadKey, news: News) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lingering: NodeJS.Timeout | undefined;
  #deafen: (() => void) | undefined;
  #lookingAgain: NodeJS.Timeout | undefined;
  #seen: { version: number; changed: number } | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Tells one who wants to know of what changes from now on; gives what ends it. */
  begin(tell: (key: ThreadKey, news: News) => void): () => void {
    clearTimeout(this.#lingering);
    this.#catchUp();
    this.#tell = tell;
    this.#timer = setInterval(() => this.#look(), lookEvery).unref();
    this.#deafen ??= hearOf(`${this.#options.path}-wal`, () => this.#touched());
    return () => this.#rest();
  }

  end(): void {
    this.#rest();
    clearTimeout(this.#lingering);
    this.#deafen?.();
    this.#deafen = undefined;
  }

  /** To hear of a file costs more than what is heard: whoever comes and goes hears of it by the same ear. */
  #rest(): void {
    this.#tell = undefined;
    clearInterval(this.#timer);
    clearTimeout(this.#lookingAgain);
    this.#lookingAgain = undefined;
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.end(), lingerFor).unref();
  }

  /** What others changed while nobody wanted to know is told to nobody. */
  #catchUp(): void {
    try {
      if (this.#seen?.version === this.#options.open().version) return;
      this.#seen = undefined;
      this.#changes();
    } catch {
      // It is looked at again, and what was changed until then is passed over.
      this.#seen = undefined;
    }
  }

  /** Somebody writes. The file is written to first, and then the change is there: when the disk has it. */
  #touched(): void {
    if (this.#tell && !this.#lookingAgain) this.#lookSoon(1);
  }

  #lookSoon(wait: number): void {
    this.#lookingAgain = setTimeout(() => {
      this.#lookingAgain = undefined;
      if (!this.#look() && wait < lookEvery / 2) this.#lookSoon(wait * 2);
    }, wait).unref();
  }

  /**
   * Whether others have changed something. A file that cannot be read now is looked at again; whoever calls a method of the
   * store hears what is wrong.
   */
  #look(): boolean {
    const tell = this.#tell;
    let told: Told = { changed: [], speaking: [] };
    try {
      told = this.#changes();
    } catch {
      return false;
    }
    for (const { tenant, id } of told.changed) tell?.({ tenant, thread: id }, 'events');
    for (const { tenant, id } of told.speaking) tell?.({ tenant, thread: id }, 'deltas');
    for (const row of told.changed) for (const one of wakesOf(row)) this.#options.wake(one);
    return told.changed.length + told.speaking.length > 0;
  }

  #changes(): Told {
    const connection = this.#options.open();
    const { version } = connection;
    const before = this.#seen;
    if (version === before?.version) return { changed: [], speaking: [] };
    // What comes between its queries is told twice at most.
    const told = connection.look(news(this.#options.database, before?.changed));
    this.#seen = { version, changed: told.changed.at(-1)?.changed ?? before?.changed ?? 0 };
    return before ? told : { changed: [], speaking: [] };
  }
}

/** Calls back when a file is written to, as far as this machine tells: a hint, and where it cannot tell, none. Gives what ends it. */
function hearOf(path: string, onTouch: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, onTouch);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}

/** Which threads changed, and in which deltas may have come. */
interface Told {
  readonly changed: readonly ChangedRow[];
  readonly speaking: readonly Pick<ChangedRow, 'tenant' | 'id'>[];
}

/** Threads that changed after a change, in order; without one the last that changed alone. */
function* news(database: Database, changed: number | undefined): Transaction<Told> {
  const { tables } = database;
  const threads = tables.selectFrom('thread').select(changedColumns).select(database.now.as('now'));
  if (changed === undefined) {
    return { changed: yield* all(threads.orderBy('changed', 'desc').limit(1)), speaking: [] };
  }
  return {
    changed: yield* all(threads.where('changed', '>', changed).orderBy('changed')),
    speaking: yield* all(
      tables
        .selectFrom('thread')
        .select(['tenant', 'id'])
        .where(sql<boolean>`deltas_after is not null`),
    ),
  };
}
