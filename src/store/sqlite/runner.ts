import { ChatError } from '../../conversation/error.ts';
import type { Database } from '../sql/database.ts';
import { migrate, migrations, versionOf } from '../sql/migrations.ts';
import type { Runner, Transaction } from '../sql/transaction.ts';
import { Alarm } from '../alarm.ts';
import { closedStore } from '../closed.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { Wake } from '../waker.ts';
import { Connection, openFile } from './connection.ts';
import { isBusy, moved, refusal } from './refusal.ts';
import { Watch } from './watch.ts';

/** Plays transactions on one connection to a file, which is opened for the first of them. */
export class SqliteRunner implements Runner {
  readonly #path: string;
  readonly #database: Database;
  /** How long a lock of another process is waited for, in milliseconds. */
  readonly #patience: number;
  readonly #alarm = new Alarm();
  #connection: Connection | undefined;
  #watch: Watch | undefined;
  #isClosed = false;
  /** While another process has the lock. */
  #pause: Promise<void> | undefined;

  constructor(path: string, database: Database, patience: number) {
    this.#path = path;
    this.#database = database;
    this.#patience = patience;
  }

  async write<Answer>(transaction: (again: boolean) => Transaction<Answer>, weight?: 'light'): Promise<Answer> {
    while (this.#pause) await this.#pause;
    const lately = weight === 'light' ? 'lately' : undefined;
    return this.#patiently(() => this.#opened(lately).play('begin immediate', transaction(false), weight));
  }

  /** Does not wait for a writer. */
  async read<Answer>(transaction: () => Transaction<Answer>): Promise<Answer> {
    return this.#patiently(() => this.#opened('lately').play('begin', transaction()));
  }

  async look<Answer>(transaction: () => Transaction<Answer>): Promise<Answer> {
    return this.#patiently(() => this.#opened('lately').look(transaction()));
  }

  watch(tell: (key: ThreadKey, news: News) => void): () => void {
    const wake = (one: Wake): void => this.#alarm.wake(one);
    const open = (): Connection => this.#opened('lately');
    this.#watch ??= new Watch({ path: this.#path, open, database: this.#database, wake });
    return this.#watch.begin(tell);
  }

  onWake(tell: (key: ThreadKey) => void): () => void {
    return this.#alarm.onWake(tell);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.end();
    // Closed, one that was moved would take the log of the file along that stands in its place.
    if (this.#connection?.isInPlace()) this.#connection.close();
    this.#connection = undefined;
  }

  /**
   * Tries until the lock is free. While it is not, one caller at a time does: each try holds up the event loop for as long
   * as SQLite waits by itself (rule S6).
   */
  async #patiently<Answer>(attempt: () => Answer): Promise<Answer> {
    const until = performance.now() + this.#patience;
    for (let tries = 1; ; tries += 1) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error)) throw refusal(this.#path, error);
        if (performance.now() > until) throw stillBusy(this.#path, error);
      }
      this.#pause = pause(tries).then(() => {
        this.#pause = undefined;
      });
      while (this.#pause) await this.#pause;
    }
  }

  #opened(lately?: 'lately'): Connection {
    if (this.#connection?.isInPlace(lately) === false) throw moved(this.#path);
    if (this.#connection) return this.#connection;
    if (this.#isClosed) throw closedStore(`Using the store ${this.#path}`);
    const connection = new Connection(openFile(this.#path), (wake) => this.#alarm.wake(wake));
    try {
      const version = connection.play('begin', versionOf(this.#database));
      if (version < migrations.length) connection.play('begin immediate', migrate(this.#database));
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    return connection;
  }
}

/** Longer each time, and never the same for two processes. */
function pause(tries: number): Promise<void> {
  const longest = Math.min(5 * 2 ** tries, 80);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

function stillBusy(path: string, cause: unknown): ChatError {
  const message = `Writing to ${path}: another process has kept it locked for too long.`;
  return new ChatError('busy', message, { retryable: true, cause });
}
