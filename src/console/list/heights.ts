/** What was measured of an item. */
export interface Measured {
  readonly key: string;
  readonly height: number;
  /** Whether it stands above what is seen. */
  readonly isAbove: boolean;
}

/** How high the items of a list are, as far as they were measured. */
export class Heights {
  readonly #known = new Map<string, number>();

  /** Notes what was measured. Gives by how much what stands above what is seen is higher than it was thought. */
  measure(items: readonly Measured[], estimate: number): number {
    let moved = 0;
    for (const { key, height, isAbove } of items) {
      // An item that just left the page has no height.
      if (height === 0) continue;
      if (isAbove) moved += height - (this.#known.get(key) ?? estimate);
      this.#known.set(key, height);
    }
    return moved;
  }

  /** Where each of these begins. */
  offsets(keys: readonly string[], estimate: number): Offsets {
    const starts = new Float64Array(keys.length + 1);
    let start = 0;
    for (const [index, key] of keys.entries()) {
      start += this.#known.get(key) ?? estimate;
      starts[index + 1] = start;
    }
    return new Offsets(starts);
  }
}

/** Where each item of a list begins, in pixels from its beginning. */
export class Offsets {
  readonly #starts: Float64Array;

  constructor(starts: Float64Array) {
    this.#starts = starts;
  }

  /** Where an item begins; behind the last one, where the list ends. */
  at(index: number): number {
    return this.#starts[index] ?? this.total;
  }

  get total(): number {
    return this.#starts.at(-1) ?? 0;
  }

  /** The items that stand between two places: the first, and the one behind the last. */
  between(from: number, to: number): { readonly first: number; readonly last: number } {
    const count = this.#starts.length - 1;
    const first = Math.max(0, this.#after(from) - 1);
    return { first: Math.min(first, count), last: Math.min(count, this.#after(to)) };
  }

  /** The first item that begins behind a place. */
  #after(place: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
