import { ChatError } from '../conversation/error.ts';
import { isOfClosedStore } from '../store/closed.ts';
import type { Renewal, Store } from '../store/store.ts';
import type { ClaimedThread, Fence, ThreadKey } from '../store/thread.ts';
import { StoreClock } from './store-clock.ts';

/** Why a run ends whose thread was asked to stop. */
const stopRequested: DOMException = new DOMException('The thread was asked to stop.', 'AbortError');

/** Milliseconds in which hints are gathered. */
const soon = 20;

/** That a thread is this process's: renewed for as long as it lasts, and lost when the store does not say so in time (rule E9). */
export class Lease {
  readonly key: ThreadKey;
  readonly fence: Fence;
  /** Aborted when the thread is to stop, and when somebody else has it. */
  readonly signal: AbortSignal;
  /** In milliseconds. */
  readonly length: number;
  /** Told how far others have come, whenever the store says so (rule D3). */
  onCommitted: ((committed: number) => void) | undefined;
  /** What its store threw, when that is why it is over. */
  failure: unknown;
  /** The store's, as its last answer told it. */
  readonly clock: StoreClock;
  readonly #store: Store;
  readonly #stop = new AbortController();
  /** Until when it is certain, by both clocks. */
  #until: Moment;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #noticing: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(store: Store, { thread, fence, now }: ClaimedThread, { lease, since }: { lease: number; since: Moment }) {
    this.key = { tenant: thread.tenant, thread: thread.thread };
    this.fence = fence;
    this.signal = this.#stop.signal;
    this.length = lease;
    this.clock = new StoreClock(now);
    this.#store = store;
    this.#until = after(since, lease);
    this.#renewLater();
  }

  /** Whether the thread was given back, or lost. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether nothing says any more that the thread is this process's. */
  get isLapsed(): boolean {
    if (this.#isOver) return true;
    const { wall, monotonic } = moment();
    return wall >= this.#until.wall || monotonic >= this.#until.monotonic;
  }

  /** Whether somebody asked that the run be stopped. */
  get isToStop(): boolean {
    return this.signal.reason === stopRequested;
  }

  /** Tells the run that somebody asked for a stop. */
  stop(): void {
    this.#stop.abort(stopRequested);
  }

  /** Tells the run that it goes on elsewhere. */
  handBack(): void {
    this.#stop.abort(fenced(this.key));
  }

  /** Others may have changed the thread, or want it to stop. */
  notice(): void {
    if (this.#isOver) return;
    this.#noticing ??= setTimeout(() => {
      this.#noticing = undefined;
      void this.renew();
    }, soon);
  }

  /** Says that this process is alive, and hears whether the run is to stop. */
  async renew(): Promise<void> {
    const since = moment();
    const forget = this.#awaited(since);
    await this.#hear(async () => {
      const answer = await this.#store.renew(this.key, this.fence, this.length);
      if (answer.type === 'held') this.#until = after(since, this.length);
      return answer;
    });
    forget();
  }

  /**
   * A store that says nothing, and breaks nothing off, is not waited for beyond the lease and once more as long: whoever else
   * reaches it has the thread by then, and what runs is told (rule E9). Until then it may only have stood still, for everybody.
   * Gives what ends it.
   */
  #awaited({ monotonic }: Moment): () => void {
    const lapse = (): void => {
      if (!this.#isOver && this.isLapsed) this.lose(silent(this.key));
    };
    // An answer that is there already is read before.
    const wait = Math.max(this.#until.monotonic - monotonic, 0) + this.length;
    let timer = setTimeout(() => (timer = setTimeout(lapse)), wait);
    return () => clearTimeout(timer);
  }

  /** Has the store say once more that the thread is this process's, before something takes effect: or it is over (rule E9). */
  async check(): Promise<void> {
    while (!(await this.#hear(() => this.#store.check(this.key, this.fence))) && !this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, this.length / 50));
    }
  }

  /** Whether the store said something. */
  async #hear(ask: () => Promise<Renewal>): Promise<boolean> {
    if (this.#isOver) return false;
    try {
      const answer = await ask();
      if (answer.type === 'fenced') this.lose();
      else {
        this.clock.hear(answer.now);
        if (answer.stopped) this.stop();
        this.onCommitted?.(answer.committed);
      }
      return true;
    } catch (error) {
      // The store may be there again before the lease is over.
      if (this.isLapsed || isOfClosedStore(error)) this.lose(error);
      return false;
    }
  }

  /** Ends it: the thread was given back. */
  leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#noticing);
  }

  /** Ends it: the thread is somebody else's, or its store has not said otherwise in time. */
  lose(cause?: unknown): void {
    this.failure ??= cause;
    this.leave();
    this.#stop.abort(fenced(this.key, cause));
  }

  #renewLater(): void {
    this.#timer = setTimeout(() => void this.#renewAgain(), this.length / 3);
  }

  async #renewAgain(): Promise<void> {
    await this.renew();
    if (!this.#isOver) this.#renewLater();
  }
}

/** What is thrown when a thread is somebody else's. */
export function fenced({ thread }: ThreadKey, cause?: unknown): ChatError {
  return new ChatError('fenced', `Thread ${thread} is somebody else's now.`, { cause });
}

function silent({ thread }: ThreadKey): ChatError {
  const message = `Keeping thread ${thread}: its store has not answered for longer than it was this process's.`;
  return new ChatError('network', message, { retryable: true });
}

/** One instant by both clocks: after a suspend one of them may have stood still (rule E9). */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** Now. */
export function moment(): Moment {
  return { wall: Date.now(), monotonic: performance.now() };
}

function after({ wall, monotonic }: Moment, milliseconds: number): Moment {
  return { wall: wall + milliseconds, monotonic: monotonic + milliseconds };
}
