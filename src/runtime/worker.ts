import { ChatError } from '../conversation/error.ts';
import { nameOf } from '../store/thread.ts';
import type { ClaimedThread, ThreadKey } from '../store/thread.ts';
import { advance } from './advance.ts';
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

  /** Takes one thread that is due and advances it to its end; false when none is. */
  async once(): Promise<boolean> {
    const claimed = await this.#claim();
    if (!claimed) return false;
    await claimed.done;
    return true;
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
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      while (this.#works && (await this.#claim()));
    } catch (error) {
      this.#setup.report(error);
    } finally {
      this.#sweeping = false;
    }
  }

  #claim(key?: ThreadKey): Promise<Running | undefined> {
    const claiming = this.#claimed(key);
    this.#claims.add(claiming);
    return claiming.finally(() => this.#claims.delete(claiming));
  }

  async #claimed(key: ThreadKey | undefined): Promise<Running | undefined> {
    const { store, chats, name, lease } = this.#setup;
    const since = moment();
    const claim = { ...(key && { key }), chats: Object.keys(chats), holder: name, lease };
    const claimed = await store.claim(claim);
    return claimed && this.#run(claimed, since);
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
        this.#wake(key);
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
