import type { ChatEvent } from '../conversation/event.ts';
import { newId } from '../conversation/id.ts';
import { isOfClosedStore } from '../store/closed.ts';
import type { Deltas, Landed } from '../store/log.ts';
import type { Store } from '../store/store.ts';
import { apart } from './blobs/apart.ts';
import type { Lease } from './lease.ts';
import { mayPass } from './may-pass.ts';

/** How often deltas are written, in milliseconds. */
const tick = 40;

/** How often a batch is sent that its store refuses without saying that this may pass. */
const mostTries = 5;

/** A thread whose run tells something between its commits. */
export interface Speaker {
  readonly lease: Lease;
  /** The last event that is known of it. */
  readonly seq: number;
  /** While a commit of its own is under way nothing else of it is written (rule S4). */
  readonly isCommitting: boolean;
  takeDeltas(): readonly ChatEvent[];
  /** Its deltas stand in the log. */
  landed(landed: Landed): void;
}

/** Writes what all runs of a process tell in one transaction every so often; one batch is under way at a time (rule S4). */
export class GroupCommit {
  readonly #store: Store;
  readonly #report: (error: unknown) => void;
  readonly #speaking = new Set<Speaker>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #flight: { readonly speakers: ReadonlySet<Speaker>; readonly done: Promise<void> } | undefined;

  constructor(store: Store, report: (error: unknown) => void) {
    this.#store = store;
    this.#report = report;
  }

  /** Something was said that is to be written. */
  add(speaker: Speaker): void {
    this.#speaking.add(speaker);
    if (this.#flight) return;
    this.#timer ??= setTimeout(() => void this.#write(), Math.max(0, this.#last + tick - performance.now()));
  }

  /** Waits for the batch under way that holds this speaker, if there is one. */
  landing(speaker: Speaker): Promise<void> | undefined {
    return this.#flight?.speakers.has(speaker) ? this.#flight.done : undefined;
  }

  /** Writes now what a speaker has said. */
  async flush(speaker: Speaker): Promise<void> {
    while (this.#flight) await this.#flight.done;
    if (this.#speaking.has(speaker)) await this.#write();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    const ready = [...this.#speaking].filter(({ isCommitting }) => !isCommitting);
    for (const speaker of ready) this.#speaking.delete(speaker);
    const done = this.#land(ready.flatMap(batched));
    this.#flight = { speakers: new Set(ready), done };
    await done;
    this.#flight = undefined;
    for (const speaker of this.#speaking) if (!speaker.isCommitting) return this.add(speaker);
  }

  /**
   * Sent again under the same ids until it is there, or the threads are somebody else's (rule E8). What a store does not refuse
   * for the moment alone is sent one by one: what one thread says must not silence the others, and what cannot be stored of it
   * is told by its whole message (rule E6).
   */
  async #land(batch: readonly Batched[]): Promise<void> {
    for (let [tries, wait] = [1, tick]; ; tries += 1, wait = Math.min(wait * 2, 1_000)) {
      const living = batch.filter(({ speaker }) => !speaker.lease.isOver);
      if (living.length === 0) return;
      try {
        const landed = await this.#store.appendDeltas(await Promise.all(living.map(({ deltas }) => apart(deltas))));
        living.forEach(({ speaker }, index) => {
          const one = landed[index];
          if (one) speaker.landed(one);
          else speaker.lease.lose();
        });
        return;
      } catch (error) {
        this.#report(error);
        if (isOfClosedStore(error)) return living.forEach(({ speaker }) => speaker.lease.lose(error));
        if (tries >= mostTries && !mayPass(error)) return living.length > 1 ? this.#landEach(living) : undefined;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #landEach(batch: readonly Batched[]): Promise<void> {
    for (const one of batch) await this.#land([one]);
  }
}

interface Batched {
  readonly speaker: Speaker;
  readonly deltas: Deltas;
}

function batched(speaker: Speaker): readonly Batched[] {
  const { lease, seq } = speaker;
  const events = lease.isOver ? [] : speaker.takeDeltas();
  return events.length === 0
    ? []
    : [{ speaker, deltas: { ...lease.key, id: newId(), events, seen: seq, fence: lease.fence } }];
}
