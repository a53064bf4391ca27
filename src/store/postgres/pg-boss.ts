import type { PgBoss } from 'pg-boss';
import { ChatError } from '../../conversation/error.ts';
import type { ThreadKey } from '../thread.ts';
import type { OpenWaker, Wake, Waker, WakerPlace, WakerQueries } from '../waker.ts';

/** What a waker on pg-boss may be given. */
export interface PgBossWakerOptions {
  /** The schema that holds the tables of pg-boss. Default: `pgboss`. */
  readonly schema?: string;
}

/**
 * Wakes threads by jobs of pg-boss, which are stored with the state that they are about and found by any process. It needs the
 * package `pg-boss`, whose tables are made in the store's database by the first call; each store has a queue of its own there.
 *
 * @example
 * const store = postgresStore({ connectionString }, { waker: pgBossWaker() });
 */
export function pgBossWaker({ schema = 'pgboss' }: PgBossWakerOptions = {}): OpenWaker {
  return async ({ name, query }: WakerPlace): Promise<Waker> => {
    const Boss = await bossOfPackage();
    const boss = new Boss({ db: { executeSql: query as ExecuteSql }, schema, ...rhythm });
    // What is wrong shows in the calls of the store; an event that nobody listens to would end the process.
    boss.on('error', () => {});
    await boss.start();
    try {
      await prepare(boss, name);
    } catch (error) {
      await boss.stop({ graceful: false });
      throw error;
    }
    return new PgBossWaker(boss, name);
  };
}

/** Rows of pg-boss are as `pg` reads them. */
type ExecuteSql = (text: string, values?: unknown[]) => ReturnType<WakerQueries>;

/** Looks after its tables once a minute, and does nothing that wakes do not need. */
const rhythm = { schedule: false, maintenanceIntervalSeconds: 60, flowIntervalSeconds: 3_600 } as const;

/** Jobs are hints, so that nothing of them is kept: neither those that are done nor those that nobody took (rule S3). */
const retention = {
  retentionSeconds: 3_600,
  deleteAfterSeconds: 60,
  expireInSeconds: 60,
  retryLimit: 1,
  retryDelay: 0,
} as const;

/** How often jobs are looked for, in seconds. */
const lookEvery = 1;

/** How many jobs are taken at once. */
const jobsAtOnce = 20;

/** Times behind the year 9999 are written in a way that Postgres does not read: a hint may come early. */
const latest = Date.UTC(9999, 11, 31);

async function prepare(boss: PgBoss, queue: string): Promise<void> {
  // Any other policy lets the job for Monday swallow the one for now (rule S3).
  await boss.createQueue(queue, { policy: 'standard', ...retention });
  await boss.updateQueue(queue, retention);
  // It reads what it knows of a queue when that is first used: not within a transaction, which has the only connection perhaps.
  await boss.findJobs(queue, { id: crypto.randomUUID() });
}

class PgBossWaker implements Waker {
  readonly #boss: PgBoss;
  readonly #queue: string;
  readonly #working = new Set<() => Promise<void>>();

  constructor(boss: PgBoss, queue: string) {
    this.#boss = boss;
    this.#queue = queue;
  }

  async wake(transaction: WakerQueries, { tenant, thread, notBefore, now }: Wake): Promise<void> {
    await this.#boss.send(this.#queue, { tenant, thread } satisfies ThreadKey, {
      db: { executeSql: transaction as ExecuteSql },
      ...(notBefore > now && { startAfter: new Date(Math.min(notBefore, latest)) }),
    });
  }

  onWake(listener: (key: ThreadKey) => void): () => void {
    let isOver = false;
    const options = { batchSize: jobsAtOnce, pollingIntervalSeconds: lookEvery, burstWhenBatchFull: true };
    const working = this.#boss.work<ThreadKey>(this.#queue, options, async (jobs) => {
      // What was taken at the last moment is for somebody else.
      if (isOver) throw new Error('Telling of a wake: nobody listens any more.');
      for (const { data } of jobs) listener(data);
    });
    const end = async (): Promise<void> => {
      isOver = true;
      await this.#boss.offWork(this.#queue, { id: await working, wait: true });
      this.#working.delete(end);
    };
    this.#working.add(end);
    return () => void end().catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#working, (end) => end()));
    await this.#boss.stop({ graceful: false });
  }
}

async function bossOfPackage(): Promise<typeof PgBoss> {
  try {
    return (await import('pg-boss')).PgBoss;
  } catch (cause) {
    throw new ChatError('unsupported', 'Waking threads by pg-boss: install the package `pg-boss`.', { cause });
  }
}
