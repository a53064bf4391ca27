import { ChatError } from '../conversation/error.ts';
import type { ThreadKey } from '../store/thread.ts';
import type { BesideStore } from './beside.ts';
import { GroupCommit } from './group-commit.ts';
import { Notifier } from './notices/notifier.ts';
import type { Setup } from './options.ts';
import { Pulse } from './pulse.ts';
import { Retention } from './retention.ts';
import { Slots } from './slots.ts';

/** How long deltas are kept behind the commit that took their place, in milliseconds (rule S5). */
const keepDeltas = 60_000;

/** Advances threads that are due, several at once: those it is told of at once, the others when it looks (rule S3). */
export class Worker {
  readonly #setup: Setup;
  readonly #slots: Slots;
  readonly #retention: Retention;
  readonly #pulse: Pulse;
  readonly #notifier: Notifier | undefined;
  #unsubscribe: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #compacting = false;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#slots = new Slots(setup, new GroupCommit(setup.store, setup.report));
    this.#retention = new Retention(setup);
    const { store, report, notifications } = setup;
    this.#notifier = notifications && new Notifier(setup, notifications);
    this.#pulse = new Pulse((length) => void store.noteStall({ holder: setup.name, length }).catch(report));
  }

  /** The store for what is said and decided beside what runs. */
  get beside(): BesideStore {
    const { store } = this.#setup;
    return {
      load: (key, excerpt) => store.load(key, excerpt),
      append: (append) => this.#slots.append(append),
    };
  }

  /** Begins to listen and to look, until it is closed. */
  start(): void {
    if (this.#timer || this.#closed) return;
    this.#pulse.start();
    const { store } = this.#setup;
    const ends = [
      store.subscribe((key, news) => news === 'events' && this.#heard(key)),
      store.onWake((key) => this.#slots.wake(key)),
    ];
    this.#unsubscribe = () => ends.forEach((end) => end());
    this.#timer = setInterval(() => {
      void this.#slots.sweep();
      this.#tell();
      this.tidy().catch(this.#setup.report);
    }, this.#setup.sweep);
    this.#slots.open();
    this.#tell();
  }

  /** Advances threads that are due, one after the other, for so many milliseconds, but one at least. Gives how many. */
  async tick(budget: number): Promise<number> {
    const until = performance.now() + budget;
    let advanced = 0;
    do {
      const taken = await this.#slots.take();
      if (!taken) break;
      await taken.done;
      advanced += 1;
    } while (performance.now() < until);
    await this.notify(until);
    await this.tidy();
    return advanced;
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
    const [left] = await Promise.all([this.#slots.close(), this.#notifier?.close()]);
    for (const name of left) this.#setup.report(notStored(name));
  }

  /** Tells people of what waits, all that is due; after a moment, by `performance.now()`, of no more. Nothing where nobody is to be told. */
  async notify(until?: number): Promise<void> {
    await this.#notifier?.look(until);
  }

  /** Something in a thread has changed, here or elsewhere: people may have to be told. */
  #heard(key: ThreadKey): void {
    this.#slots.notice(key);
    this.#tell();
  }

  #tell(): void {
    if (!this.#closed) this.notify().catch(this.#setup.report);
  }

  get #closed(): boolean {
    return this.#setup.closed.signal.aborted;
  }
}

function notStored(name: string): ChatError {
  const message = `Closing while ${name} was under way: how it stands could not be stored in time.`;
  return new ChatError('network', message, { retryable: true });
}
