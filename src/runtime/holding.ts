import type { Commit, CommitAnswer } from '../chat/seam.ts';
import { contentAfter } from '../conversation/changes.ts';
import type { Content } from '../conversation/changes.ts';
import { ChatError } from '../conversation/error.ts';
import { isEnd } from '../conversation/event.ts';
import type { ChatEvent, EndEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import type { Append, AppendAnswer, Store } from '../store/store.ts';
import type { ClaimedThread, ThreadKey, ThreadStatus } from '../store/thread.ts';

/** Why a run ends whose thread was asked to stop. */
const stopRequested: DOMException = new DOMException('The thread was asked to stop.', 'AbortError');

/**
 * A thread while this process has it: what is stored of it, and the seam through which its run stores more. The lease is
 * renewed for as long as the holding lasts.
 */
export class Holding {
  readonly key: ThreadKey;
  /** Aborted when the thread is to stop, and when somebody else has it. */
  readonly signal: AbortSignal;
  readonly #store: Store;
  readonly #claimed: ClaimedThread;
  readonly #lease: number;
  readonly #stop = new AbortController();
  #content: Content;
  #seq: number;
  /** Until when the lease is certain, by both clocks (rule E9). */
  #until: { readonly wall: number; readonly monotonic: number };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #noticing: ReturnType<typeof setTimeout> | undefined;
  #appending = false;
  #over = false;
  #handsBack = false;

  constructor(
    store: Store,
    claimed: ClaimedThread,
    { lease, since }: { readonly lease: number; readonly since: Moment },
  ) {
    const { tenant, thread } = claimed.thread;
    this.key = { tenant, thread };
    this.signal = this.#stop.signal;
    this.#store = store;
    this.#claimed = claimed;
    this.#lease = lease;
    this.#content = claimed;
    this.#seq = claimed.thread.seq;
    this.#until = after(since, lease);
    this.#renewLater();
  }

  /** Whether it is being given back in the middle of a run. */
  get handsBack(): boolean {
    return this.#handsBack;
  }

  /** What is stored of the thread, as far as this process knows. */
  get content(): Content {
    return this.#content;
  }

  /** The seam of the run (rules D3, E3, E8). */
  readonly commit: Commit = async (events): Promise<CommitAnswer> => {
    if (this.#handsBack) throw fenced(this.key);
    const end = events.find(isEnd);
    const answer = await this.#append(events, end ? ended(end) : {});
    switch (answer.type) {
      case 'appended':
        if (end) this.leave();
        // A lease that was lost since the append starts nothing; the gap that stays is the docs' to tell (rule E9).
        else if (events.some(startsEffect)) await this.renew();
        if (this.#over && !end) throw fenced(this.key);
        return undefined;
      case 'refused':
        return { refused: this.#take(answer) };
      case 'fenced':
      case 'missing':
        this.#lose();
        throw fenced(this.key);
    }
  };

  /**
   * Begins to give the thread back in the middle of a run: it starts nothing more and stores nothing more, and what runs is
   * told to stop. The lease is kept until it has.
   */
  handBack(): void {
    this.#handsBack = true;
    this.#stop.abort(fenced(this.key));
  }

  /** Gives the thread back, for somebody to go on with when there is something to do. */
  async release(): Promise<void> {
    let wake: Partial<Append> = this.#handsBack ? { wake: 'now' } : {};
    while (!this.#over) {
      const answer = await this.#append([], { release: true, ...wake });
      if (answer.type !== 'refused') return this.leave();
      // Somebody was quicker.
      this.#take(answer);
      wake = { wake: 'now' };
    }
  }

  /** Others may have changed the thread, or want it to stop. */
  notice(): void {
    if (this.#over || this.#appending) return;
    this.#noticing ??= setTimeout(() => {
      this.#noticing = undefined;
      void this.renew();
    }, soon);
  }

  /** Says that it is alive, and hears whether it is to stop. */
  async renew(): Promise<void> {
    if (this.#over) return;
    const since = moment();
    try {
      const answer = await this.#store.renew(this.key, this.#claimed.fence, this.#lease);
      if (answer.type === 'fenced') return this.#lose();
      this.#until = after(since, this.#lease);
      if (answer.stopped) this.#stop.abort(stopRequested);
    } catch (error) {
      // The store may be there again before the lease is over.
      if (this.#isLapsed) this.#lose(error);
    }
  }

  /** Holds it no longer. */
  leave(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#noticing);
  }

  #lose(cause?: unknown): void {
    this.leave();
    this.#stop.abort(fenced(this.key, cause));
  }

  #renewLater(): void {
    this.#timer = setTimeout(() => void this.#renewAgain(), this.#lease / 3);
  }

  async #renewAgain(): Promise<void> {
    await this.renew();
    if (!this.#over) this.#renewLater();
  }

  get #isLapsed(): boolean {
    const { wall, monotonic } = moment();
    return wall >= this.#until.wall || monotonic >= this.#until.monotonic;
  }

  /** Sent again under the same id while the lease lasts: an answer that got lost is read back (rule E8). */
  async #append(events: readonly ChatEvent[], more: Partial<Append>): Promise<AppendAnswer> {
    const { after: content, changes } = contentAfter(this.#content, events);
    const { fence } = this.#claimed;
    const isStopped = this.signal.reason === stopRequested;
    const base = { ...this.key, id: newId(), events, ...changes, seen: this.#seq, fence, ...more };
    for (;;) {
      if (this.#isLapsed) return { type: 'fenced' };
      try {
        this.#appending = true;
        const answer = await this.#store.append(isStopped ? { ...base, afterStop: true } : base);
        if (answer.type !== 'appended') return answer;
        this.#content = content;
        this.#seq = answer.seq;
        return answer;
      } catch (error) {
        if (this.#isLapsed) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.#lease / 50));
      } finally {
        this.#appending = false;
      }
    }
  }

  /** What others appended is part of the thread now, and of what the run is told. */
  #take({ events, seq, stopped }: AppendAnswer & { readonly type: 'refused' }): readonly ChatEvent[] {
    this.#content = contentAfter(this.#content, events).after;
    this.#seq = seq;
    if (stopped) this.#stop.abort(stopRequested);
    return events;
  }
}

/** Milliseconds in which hints are gathered. */
const soon = 20;

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

/** What the end of a run does to its thread. */
function ended(end: EndEvent): Partial<Append> {
  const status: ThreadStatus = end.type === 'error' ? 'failed' : end.type;
  return { status, release: true, ...(end.type === 'error' && { error: end.code }) };
}

function startsEffect(event: ChatEvent): boolean {
  return event.type === 'tool' && event.call.state === 'running' && event.call.effect !== 'read';
}

function fenced({ thread }: ThreadKey, cause?: unknown): ChatError {
  return new ChatError('fenced', `Thread ${thread} is somebody else's now.`, { cause });
}
