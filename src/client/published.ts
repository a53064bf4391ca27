import { machineClock } from './options.ts';
import type { ClientOptions } from './options.ts';

/** Who wants to know of a view, and what it is made of. */
export interface PublishedAbout<Snapshot> {
  /** Makes the view as it is now; what did not change in it is the same as before. */
  make(): Snapshot;
  /** Somebody listens, or nobody does any more. */
  onListeners(areThere: boolean): void;
}

/** How long a view goes on without listeners, in milliseconds: a page that renders anew leaves and comes back. */
const linger = 100;

/** A view that people look at: an unchanging snapshot, made anew at most once a frame. */
export class Published<Snapshot> {
  readonly #about: PublishedAbout<Snapshot>;
  readonly #options: Pick<ClientOptions, 'schedule' | 'clock'>;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot | undefined;
  /** Something changed since the snapshot was made. */
  #isStale = true;
  #isDue = false;
  #leave: (() => void) | undefined;

  constructor(about: PublishedAbout<Snapshot>, options: Pick<ClientOptions, 'schedule' | 'clock'>) {
    this.#about = about;
    this.#options = options;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Stands still between two notifications, for as long as somebody listens. */
  get snapshot(): Snapshot {
    if (this.#snapshot === undefined || (this.#isStale && this.#listeners.size === 0)) this.#make();
    // Made above when it was not there.
    return this.#snapshot as Snapshot;
  }

  subscribe(listener: () => void): () => void {
    // The same function may listen twice.
    const listening = (): void => listener();
    this.#leave?.();
    if (this.#listeners.size === 0) {
      this.#about.onListeners(true);
      // Whoever begins to listen looks at what is there now.
      if (this.#isStale) this.#make();
    }
    this.#listeners.add(listening);
    return () => {
      if (this.#listeners.delete(listening) && this.#listeners.size === 0) this.#lingering();
    };
  }

  /** Something changed: listeners are told with the next frame. */
  change(): void {
    this.#isStale = true;
    if (this.#isDue || this.#listeners.size === 0) return;
    this.#isDue = true;
    const { schedule = nextFrame } = this.#options;
    schedule(() => this.flush());
  }

  /** Tells of what has changed now. */
  flush(): void {
    this.#isDue = false;
    if (!this.#isStale) return;
    this.#make();
    for (const listener of this.#listeners) listener();
  }

  #make(): void {
    this.#isStale = false;
    this.#snapshot = this.#about.make();
  }

  #lingering(): void {
    const { clock = machineClock } = this.#options;
    this.#leave = clock.after(linger, () => this.#about.onListeners(false));
  }
}

/** A page in the background has no frames, and whatever is no page has none at all. */
function nextFrame(notify: () => void): void {
  const hasFrames = typeof requestAnimationFrame === 'function';
  const timer = setTimeout(once, hasFrames ? 200 : 16);
  const frame = hasFrames ? requestAnimationFrame(once) : 0;
  function once(): void {
    clearTimeout(timer);
    if (hasFrames) cancelAnimationFrame(frame);
    notify();
  }
}
