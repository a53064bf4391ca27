import type { Database } from '../sql/database.ts';
import { all } from '../sql/transaction.ts';
import type { Transaction } from '../sql/transaction.ts';
import type { ThreadKey } from '../thread.ts';
import type { Connection } from './connection.ts';

/** How often the file is looked at, in milliseconds. */
const lookEvery = 25;

/** Notices what other processes change in a file: SQLite tells nobody, but counts (rule S6). */
export class Watch {
  readonly #open: () => Connection;
  readonly #database: Database;
  readonly #tell: (key: ThreadKey) => void;
  readonly #timer: NodeJS.Timeout;
  #seen: { version: number; changed: number } | undefined;

  constructor(open: () => Connection, database: Database, tell: (key: ThreadKey) => void) {
    this.#open = open;
    this.#database = database;
    this.#tell = tell;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEvery).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** A file that cannot be read now is looked at again; whoever calls a method of the store hears what is wrong. */
  #look(): void {
    let told: readonly ThreadKey[] = [];
    try {
      told = this.#changes();
    } catch {
      return;
    }
    for (const key of told) this.#tell(key);
  }

  #changes(): readonly ThreadKey[] {
    const connection = this.#open();
    const { version } = connection;
    if (version === this.#seen?.version) return [];
    const rows = connection.play('begin', changedSince(this.#database, this.#seen?.changed));
    const before = this.#seen;
    this.#seen = { version, changed: rows.at(-1)?.changed ?? before?.changed ?? 0 };
    return before ? rows.map(({ tenant, id }) => ({ tenant, thread: id })) : [];
  }
}

interface ChangedRow {
  readonly tenant: string;
  readonly id: string;
  readonly changed: number;
}

/** Threads that changed after a change, in order; without one the last that changed alone. */
function* changedSince({ tables }: Database, changed: number | undefined): Transaction<readonly ChangedRow[]> {
  const threads = tables.selectFrom('thread').select(['tenant', 'id', 'changed']);
  if (changed === undefined) return yield* all(threads.orderBy('changed', 'desc').limit(1));
  return yield* all(threads.where('changed', '>', changed).orderBy('changed'));
}
