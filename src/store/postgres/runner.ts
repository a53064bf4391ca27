import type { Database } from '../sql/database.ts';
import { encodingChecked } from './encoding.ts';
import { migrate, migrations, versionOf } from '../sql/migrations.ts';
import type { Runner, Transaction } from '../sql/transaction.ts';
import { closedStore } from '../closed.ts';
import type { News } from '../log.ts';
import type { ThreadKey } from '../thread.ts';
import type { OpenWaker, Wake } from '../waker.ts';
import { isPassing, pause, refusal, unreached } from './passing.ts';
import { withClient } from './pool.ts';
import type { OpenPool, PostgresPool } from './pool.ts';
import { play, queriesOf } from './session.ts';
import type { Playing } from './session.ts';
import { isSilence, usualPatience } from './silence.ts';
import type { Patience } from './silence.ts';
import { Statements } from './statements.ts';
import { Wakes } from './wakes.ts';
import { Watch } from './watch.ts';

/** What a runner on Postgres needs. */
export interface PostgresRunnerOptions {
  readonly open: () => Promise<OpenPool>;
  readonly database: Database;
  readonly channel: string;
  /** How long a database that cannot be reached is waited for, in milliseconds. */
  readonly patience: number;
  /** How long one is waited for that can be reached and says nothing. Default: `usualPatience`. */
  readonly silence?: Patience;
  /** Opens what wakes threads beside NOTIFY. */
  readonly openWaker?: OpenWaker | undefined;
}

/** How long a statement of a waker may take that looks after its tables, in milliseconds. */
const slowest = 120_000;

/** Plays transactions on connections of a pool, which is opened for the first of them. */
export class PostgresRunner implements Runner {
  readonly #options: PostgresRunnerOptions;
  readonly #wakes: Wakes;
  readonly #statements = new Statements();
  #opened: Promise<OpenPool> | undefined;
  #ready: Promise<PostgresPool> | undefined;
  #isClosed = false;
  /** What is asked of it now. */
  readonly #asked = new Set<Promise<unknown>>();

  constructor(options: PostgresRunnerOptions) {
    this.#options = options;
    this.#wakes = new Wakes();
  }

  write<Answer>(transaction: (again: boolean) => Transaction<Answer>): Promise<Answer> {
    const { alarm } = this.#wakes;
    const onWake = (wake: Wake): void => alarm.wake(wake);
    return this.#patiently(async (again) => {
      const pool = await this.#pool();
      const { waker } = this.#wakes;
      return this.#play(pool, { how: 'write', waker, onWake }, transaction(again));
    });
  }

  read<Answer>(transaction: () => Transaction<Answer>): Promise<Answer> {
    return this.#patiently(async () => this.#play(await this.#pool(), { how: 'read' }, transaction()));
  }

  look<Answer>(transaction: () => Transaction<Answer>): Promise<Answer> {
    return this.#patiently(async () => this.#play(await this.#pool(), { how: 'look' }, transaction()));
  }

  watch(tell: (key: ThreadKey, news: News) => void): () => void {
    const { database, channel, silence = usualPatience } = this.#options;
    const wake = (one: Wake): void => this.#wakes.alarm.wake(one);
    const pool = (): Promise<PostgresPool> => this.#pool();
    const read = async <Answer>(transaction: Transaction<Answer>): Promise<Answer> =>
      this.#play(await pool(), { how: 'read' }, transaction);
    const watch = new Watch({ pool, read, database, channel, every: silence.hearing, tell, wake });
    return () => watch.end();
  }

  onWake(tell: (key: ThreadKey) => void): () => void {
    return this.#wakes.onWake(tell);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#wakes.close();
    // A pool that ends forgets who waits for a connection.
    await Promise.allSettled(this.#asked);
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  /**
   * Plays a transaction again when the connection broke. Made anew, it looks whether what it would write is there already,
   * behind the lock that an attempt has which is still under way (rule E8).
   */
  #patiently<Answer>(attempt: (again: boolean) => Promise<Answer>): Promise<Answer> {
    const asked = this.#tried(attempt);
    this.#asked.add(asked);
    return asked.finally(() => this.#asked.delete(asked));
  }

  async #tried<Answer>(attempt: (again: boolean) => Promise<Answer>): Promise<Answer> {
    const until = performance.now() + this.#options.patience;
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(tries > 1);
      } catch (error) {
        if (!this.#statements.learnFrom(error) && !isPassing(error)) throw refusal(error);
        // Silence may have cost all the patience there was, and be that of one connection alone.
        if (performance.now() > until && (tries > 1 || !isSilence(error))) throw unreached(error);
      }
      await pause(tries);
    }
  }

  #play<Answer>(
    pool: PostgresPool,
    how: Omit<Playing, 'client' | 'statements'>,
    transaction: Transaction<Answer>,
  ): Promise<Answer> {
    const { silence = usualPatience } = this.#options;
    const playing = { statements: this.#statements, limit: silence.answer, ...how };
    return withClient(pool, (client) => play({ client, ...playing }, transaction));
  }

  /** The pool, when the tables are there. What did not work is tried again by the next call. */
  async #pool(): Promise<PostgresPool> {
    if (this.#isClosed) throw closedStore('Using a store on Postgres');
    this.#ready ??= this.#prepared().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #prepared(): Promise<PostgresPool> {
    this.#opened ??= this.#options.open();
    const { pool } = await this.#opened;
    const { database, channel, openWaker } = this.#options;
    const version = await this.#play(pool, { how: 'read' }, opened(database));
    if (version < migrations.length) await this.#play(pool, { how: 'write', limit: Infinity }, migrate(database));
    if (openWaker)
      this.#wakes.waker = await openWaker({
        name: channel,
        query: (text, values) => withClient(pool, (client) => queriesOf(client, slowest)(text, values)),
      });
    return pool;
  }
}

/** Which version the tables have. Throws where they cannot be used. */
function* opened(database: Database): Transaction<number> {
  yield* encodingChecked();
  return yield* versionOf(database);
}
