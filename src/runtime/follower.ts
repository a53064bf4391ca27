import type { LogPage, LogPlace } from '../store/log.ts';
import type { Store } from '../store/store.ts';
import { nameOf } from '../store/thread.ts';

/** How much of each log is read at once. */
const rowsAtOnce = 100;

/** How often logs are looked at without a hint, in milliseconds. */
const lookEvery = 1_000;

/** A reader that waits for what comes behind its place. */
interface Waiting {
  readonly place: LogPlace;
  /** The name of its thread, and that of the place. */
  readonly thread: string;
  readonly name: string;
  readonly resolve: (page: LogPage | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads logs for everybody who watches in this process: whatever many readers wait for is read at once, and one reading is
 * under way at a time. A reader that does not ask holds no memory.
 */
export class Follower {
  readonly #store: Store;
  /** Readers that wait, by the name of their thread. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  /** Threads that are to be looked at. */
  readonly #dirty = new Set<string>();
  #isReading = false;
  /** How many watch. */
  #watching = 0;
  #rest: (() => void) | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Begins to listen for somebody who watches; gives what ends it. */
  join(): () => void {
    this.#watching += 1;
    this.#rest ??= this.#listen();
    return () => {
      this.#watching -= 1;
      if (this.#watching > 0) return;
      this.#rest?.();
      this.#rest = undefined;
    };
  }

  /** What stands behind a place, as soon as something does; nothing when there is no such thread, or `signal` ends the wait. */
  behind(place: LogPlace, signal: AbortSignal | undefined): Promise<LogPage | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    const { promise, resolve, reject } = Promise.withResolvers<LogPage | undefined>();
    const name = nameOf(place);
    const waiting: Waiting = { place, thread: name, name: `${place.after} ${name}`, resolve, reject };
    const others = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, others.add(waiting));
    const leave = (): void => this.#answer(waiting, undefined);
    signal?.addEventListener('abort', leave, { once: true });
    this.#look(name);
    return promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  #listen(): () => void {
    const unsubscribe = this.#store.subscribe((key) => this.#look(nameOf(key)));
    const timer = setInterval(() => {
      for (const name of this.#waiting.keys()) this.#look(name);
    }, lookEvery);
    return () => {
      unsubscribe();
      clearInterval(timer);
    };
  }

  #look(name: string): void {
    if (!this.#waiting.has(name)) return;
    this.#dirty.add(name);
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    while (this.#dirty.size > 0) {
      const asked = [...this.#dirty].flatMap((name) => [...(this.#waiting.get(name) ?? [])]);
      this.#dirty.clear();
      await this.#readFor(asked);
    }
    this.#isReading = false;
  }

  async #readFor(asked: readonly Waiting[]): Promise<void> {
    // Most readers of a thread are at one place: what is there is read once, and they are given the same.
    const places = new Map(asked.map(({ name, place }) => [name, place]));
    try {
      const read = await this.#store.read([...places.values()], rowsAtOnce);
      const pages = new Map(Array.from(places.keys(), (name, index) => [name, read[index]]));
      for (const one of asked) this.#give(one, pages.get(one.name));
    } catch (error) {
      for (const one of asked) if (this.#forget(one)) one.reject(error);
    }
  }

  /** A place ahead of the log is answered too: its reader has to begin anew. */
  #give(one: Waiting, page: LogPage | undefined): void {
    if (!page || page.rows.length > 0 || page.seq < one.place.after) this.#answer(one, page);
  }

  #answer(one: Waiting, page: LogPage | undefined): void {
    if (this.#forget(one)) one.resolve(page);
  }

  #forget(one: Waiting): boolean {
    const others = this.#waiting.get(one.thread);
    const wasThere = others?.delete(one) === true;
    if (others?.size === 0) this.#waiting.delete(one.thread);
    return wasThere;
  }
}
