import { ChatError } from '../conversation/error.ts';
import type { Append, AppendAnswer, Claim } from '../store/store.ts';
import { nameOf } from '../store/thread.ts';
import type { ClaimedThread, ThreadKey } from '../store/thread.ts';
import { advance } from './advance.ts';
import type { BesideStore } from './beside.ts';
import { GroupCommit } from './group-commit.ts';
import type { Holding } from './holding.ts';
import { moment } from './lease.ts';
import { Notifier } from './notices/notifier.ts';
import type { Moment } from './lease.ts';
import type { Setup } from './options.ts';
import { Pulse } from './pulse.ts';
import { Retention } from './retention.ts';

/** How long deltas are kept behind the commit that took their place, in milliseconds (rule S5). */
const keepDeltas = 60_000;

/** Advances threads that are due, several at once: those it is told of at once, the others when it looks (rule S3). */
export class Worker {
  readonly #setup: Setup;
  readonly #group: GroupCommit;
  readonly #retention: Retention;
  readonly #pulse: Pulse;
  readonly #notifier: Notifier | undefined;
  /** What is under way, by the name of its thread. */
  readonly #running = new Map<string, Running>();
  #unsubscribe: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Claims that are under way; each takes a slot. */
  readonly #claims = new Set<Promise<unknown>>();
  #sweeping = false;
  /** Something may be due that nobody took, since there was no slot for it or a look was under way. */
  #missed = false;
  #compacting = false;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#group = new GroupCommit(setup.store, setup.report);
    this.#retention = new Retention(setup);
    const { store, report, notifications } = setup;
    this.#notifier = notifications && new Notifier(setup, notifications);
    this.#pulse = new Pulse((length) => void store.noteStall({ holder: setup.name, length }).catch(report));
  }

  /** Begins to listen and to look, until it is closed. */
  start(): void {
    if (this.#timer || this.#closed) return;
    this.#pulse.start();
    const { store } = this.#setup;
    const ends = [
      store.subscribe((key, news) => news === 'events' && this.#heard(key)),
      store.onWake((key) => this.#wake(key)),
    ];
    this.#unsubscribe = () => ends.forEach((end) => end());
    this.#timer = setInterval(() => {
      void this.#sweep();
      this.#tell();
      this.tidy().catch(this.#setup.report);
    }, this.#setup.sweep);
    void this.#sweep();
    this.#tell();
  }

  /** Advances threads that are due, one after the other, for so many milliseconds, but one at least. Gives how many. */
  async tick(budget: number): Promise<number> {
    const until = performance.now() + budget;
    let advanced = 0;
    do {
      const claimed = await this.#claim();
      if (!claimed) break;
      await claimed.done;
      advanced += 1;
    } while (performance.now() < until);
    await this.notify(until);
    await this.tidy();
    return advanced;
  }

  /** The store for what is said and decided beside what runs: where a slot is free, the thread that it wakes is taken with it. */
  get beside(): BesideStore {
    const { store } = this.#setup;
    return {
      load: (key, excerpt) => store.load(key, excerpt),
      now: () => store.now(),
      append: (append) => this.#append(append),
    };
  }

  async #append(append: Append): Promise<AppendAnswer> {
    const { store } = this.#setup;
    if (append.wake !== 'now' || !this.#works || this.#running.has(nameOf(append))) return store.append(append);
    return this.#inSlot(async () => {
      const since = moment();
      const answer = await store.append({ ...append, claim: this.#claimOf });
      if (answer.type === 'appended' && answer.claimed) this.#run(answer.claimed, since);
      return answer;
    });
  }

  /** Deletes deltas that nobody needs any more, and threads that are kept no longer (rules S5, S7). */
  async tidy(): Promise<void> {
    await this.#retention.look();
    if (this.#compacting) return;
    this.#compacting = true;
    try {
      while (!this.#closed && (await this.#setup.store.compact(keepDeltas)) > 0);
    } finally {
      this.#compacting = false;
    }
  }

  /** Takes no more threads; those it has are stopped where they stand, and others may take them at once. */
  async close(): Promise<void> {
    this.#setup.closed.abort();
    this.#pulse.stop();
    this.#unsubscribe?.();
    clearInterval(this.#timer);
    await Promise.allSettled([...this.#claims, this.#notifier?.close()]);
    const leaving = [...this.#running.values()].map(({ holding, done }) => {
      holding?.handBack();
      return done;
    });
    const isOver = await within(this.#setup.closing, Promise.all(leaving));
    if (!isOver) for (const name of this.#running.keys()) this.#setup.report(notStored(name));
  }

  /** Tells people of what waits, all that is due; after a moment, by `performance.now()`, of no more. Nothing where nobody is to be told. */
  async notify(until?: number): Promise<void> {
    await this.#notifier?.look(until);
  }

  /** Something in a thread has changed, here or elsewhere: people may have to be told. */
  #heard(key: ThreadKey): void {
    this.#notice(key);
    this.#tell();
  }

  #tell(): void {
    if (!this.#closed) this.notify().catch(this.#setup.report);
  }

  /** Others may have changed a thread that is advanced here. */
  #notice(key: ThreadKey): void {
    this.#running.get(nameOf(key))?.holding?.notice();
  }

  /** A wake may be late, or wrong: the row says what is due (rule S3). */
  #wake(key: ThreadKey): void {
    if (this.#running.has(nameOf(key))) return this.#notice(key);
    if (this.#works) this.#claim(key).catch(this.#setup.report);
    else this.#missed = true;
  }

  get #closed(): boolean {
    return this.#setup.closed.signal.aborted;
  }

  /** Whether it takes threads by itself now. */
  get #works(): boolean {
    const hasSlot = this.#running.size + this.#claims.size < this.#setup.concurrency;
    return this.#timer !== undefined && !this.#closed && hasSlot;
  }

  async #sweep(): Promise<void> {
    this.#missed = this.#sweeping || !this.#works;
    if (this.#missed) return;
    this.#sweeping = true;
    try {
      while (this.#works && (await this.#claim()));
    } catch (error) {
      this.#setup.report(error);
    } finally {
      this.#sweeping = false;
      this.#freed();
    }
  }

  /** There may be a slot for what there was none for (rule S3). */
  #freed(): void {
    if (this.#missed && this.#works && !this.#sweeping) void this.#sweep();
  }

  #claim(key?: ThreadKey): Promise<Running | undefined> {
    return this.#inSlot(async () => {
      const since = moment();
      const claimed = await this.#setup.store.claim({ ...(key && { key }), ...this.#claimOf });
      return claimed && this.#run(claimed, since);
    });
  }

  get #claimOf(): Omit<Claim, 'key'> {
    const { chats, name, lease } = this.#setup;
    return { chats: Object.keys(chats), holder: name, lease };
  }

  /** Keeps a slot for what may come of it. */
  #inSlot<Answer>(take: () => Promise<Answer>): Promise<Answer> {
    const taking = take();
    this.#claims.add(taking);
    return taking.finally(() => {
      this.#claims.delete(taking);
      this.#freed();
    });
  }

  #run(claimed: ClaimedThread, since: Moment): Running {
    const { tenant, thread } = claimed.thread;
    const key = { tenant, thread };
    const running: Running = { holding: undefined, done: Promise.resolve() };
    const onHold = (holding: Holding): void => void (running.holding = holding);
    running.done = advance(this.#setup, { claimed, since, group: this.#group, onHold })
      .catch((error: unknown) => {
        // A lost thread goes on elsewhere.
        if (!(error instanceof ChatError && error.code === 'fenced')) this.#setup.report(error);
      })
      .finally(() => {
        this.#running.delete(nameOf(key));
        // What came while it ran, and what waited for a slot.
        void this.#sweep();
      });
    this.#running.set(nameOf(key), running);
    return running;
  }
}

/** Whether something came to its end within so many milliseconds. */
async function within(milliseconds: number, ending: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  return Promise.race([ending.then(() => true), late]).finally(() => clearTimeout(timer));
}

function notStored(name: string): ChatError {
  const message = `Closing while ${name} was under way: how it stands could not be stored in time.`;
  return new ChatError('network', message, { retryable: true });
}

interface Running {
  holding: Holding | undefined;
  done: Promise<void>;
}
