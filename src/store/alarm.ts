import { nameOf } from './thread.ts';
import type { ThreadKey } from './thread.ts';
import type { Wake } from './waker.ts';

/** How many wakes are remembered, the earliest: whoever looks for due threads finds the others. */
const mostKept = 10_000;

/** The longest time that a timer is set for, in milliseconds: Node's own limit is about 24 days. */
const longest = 86_400_000;

/** Tells of threads in this process when their time has come, by one timer for the first of them (rule S2). */
export class Alarm {
  readonly #listeners = new Set<(key: ThreadKey) => void>();
  /** By thread and time: of two wakes of one thread both count (rule S3), and one that is heard twice counts once. */
  readonly #kept = new Map<string, Kept>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer goes off. */
  #at = Infinity;

  /** Whether anybody wants to know. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  onWake(listener: (key: ThreadKey) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (!this.isHeard) this.#rest();
    };
  }

  /** Remembers a wake that is committed; tells of it at once when its time has come. Where nobody listens it is forgotten. */
  wake({ tenant, thread, notBefore, now }: Wake): void {
    if (!this.isHeard) return;
    const key = { tenant, thread };
    if (notBefore <= now) return this.tell(key);
    // The clocks of store and process differ by a rounding: a millisecond too early, and the row says that nothing is due.
    const at = performance.now() + (notBefore - now) + 1;
    const name = `${notBefore} ${nameOf(key)}`;
    if (!this.#kept.has(name)) this.#kept.set(name, { key, at });
    if (this.#kept.size > mostKept) this.#forgetLatest();
    if (at < this.#at) this.#set(at);
  }

  /** Tells of a thread at once. */
  tell(key: ThreadKey): void {
    for (const listener of this.#listeners) listener(key);
  }

  /** Tells nobody any more. */
  close(): void {
    this.#listeners.clear();
    this.#rest();
  }

  #goOff(): void {
    const now = performance.now();
    const due = [...this.#kept].filter(([, { at }]) => at <= now);
    for (const [name] of due) this.#kept.delete(name);
    this.#set([...this.#kept.values()].reduce((first, { at }) => Math.min(first, at), Infinity));
    for (const [, { key }] of due) this.tell(key);
  }

  #set(at: number): void {
    clearTimeout(this.#timer);
    this.#at = at;
    if (at === Infinity) return;
    const wait = Math.min(Math.max(Math.ceil(at - performance.now()), 1), longest);
    this.#timer = setTimeout(() => this.#goOff(), wait);
    // Whoever listens says how long the process lives. In a browser a timer is a number.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  #forgetLatest(): void {
    let latest: [string, Kept] | undefined;
    for (const one of this.#kept) if (!latest || one[1].at > latest[1].at) latest = one;
    if (latest) this.#kept.delete(latest[0]);
  }

  #rest(): void {
    this.#kept.clear();
    this.#set(Infinity);
  }
}

/** A wake that is remembered. */
interface Kept {
  readonly key: ThreadKey;
  /** When it is told of, by `performance.now()`. */
  readonly at: number;
}
