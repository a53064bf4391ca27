import { Heights } from './heights.ts';
import type { Offsets } from './heights.ts';

/** How a list scrolls. */
export interface ScrollerOptions {
  /** How high an item is, in pixels, until it was measured. */
  readonly estimate: number;
  /** Stays at the end while that is looked at. */
  readonly isFollowing: boolean;
  /** Another part is seen, or something turned out to be of another height. */
  readonly onChange: () => void;
}

/** So near to the end it counts as being there, in pixels. */
const near = 48;

/** What of a list is seen. What stands above that may turn out higher than it was thought, and nothing jumps. */
export class Scroller {
  /** What is seen: from here, so much, in pixels. */
  seen: { readonly top: number; readonly height: number } = { top: 0, height: 800 };
  readonly #options: ScrollerOptions;
  readonly #heights = new Heights();
  readonly #rows = new ResizeObserver((entries) => this.#measure(entries));
  #box: HTMLElement | undefined;
  #isAtEnd = true;

  constructor(options: ScrollerOptions) {
    this.#options = options;
  }

  /** Looks after a list for as long as it is in the page. */
  attach(box: HTMLElement): () => void {
    this.#box = box;
    box.scrollTop = 0;
    const resized = new ResizeObserver(() => {
      this.stay();
      this.#look();
    });
    const scrolled = (): void => {
      this.#isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < near;
      this.#look();
    };
    resized.observe(box);
    box.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      this.#rows.disconnect();
      box.removeEventListener('scroll', scrolled);
      this.#box = undefined;
    };
  }

  /** Measures an item for as long as it is in the page. */
  observe(row: HTMLElement): () => void {
    this.#rows.observe(row);
    return () => this.#rows.unobserve(row);
  }

  /** Where each of these items begins. */
  offsets(keys: readonly string[]): Offsets {
    return this.#heights.offsets(keys, this.#options.estimate);
  }

  /** Whether the end is looked at. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** At the end, where the end was looked at and is followed. */
  stay(): void {
    if (this.#options.isFollowing && this.#isAtEnd && this.#box) this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** Scrolls to the end, and stays there. */
  toEnd(): void {
    this.#isAtEnd = true;
    this.stay();
  }

  /** Scrolls as little as is needed to see what stands between two places. */
  show(from: number, to: number): void {
    const box = this.#box;
    if (!box) return;
    if (from < box.scrollTop) box.scrollTop = from;
    else if (to > box.scrollTop + box.clientHeight) box.scrollTop = Math.min(from, to - box.clientHeight);
  }

  #look(): void {
    if (!this.#box) return;
    this.seen = { top: this.#box.scrollTop, height: this.#box.clientHeight };
    this.#options.onChange();
  }

  #measure(entries: readonly ResizeObserverEntry[]): void {
    const box = this.#box;
    if (!box) return;
    const top = box.getBoundingClientRect().top;
    const moved = this.#heights.measure(
      entries.map(({ target, borderBoxSize }) => ({
        key: (target as HTMLElement).dataset['key'] ?? '',
        height: borderBoxSize[0]?.blockSize ?? 0,
        isAbove: target.getBoundingClientRect().bottom <= top,
      })),
      this.#options.estimate,
    );
    // What is seen moves down with what stands above it.
    if (moved !== 0 && !(this.#options.isFollowing && this.#isAtEnd)) box.scrollTop += moved;
    this.stay();
    this.#look();
  }
}
