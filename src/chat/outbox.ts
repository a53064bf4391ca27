/** What was done and not read yet: the writer never waits for the reader (rule E4). */
export class Outbox<Item> {
  readonly #items: Item[] = [];
  readonly #bell: Bell = new Bell();
  #closed = false;

  push(item: Item): void {
    this.#items.push(item);
    this.#bell.ring();
  }

  close(): void {
    this.#closed = true;
    this.#bell.ring();
  }

  /** Every item, until it is closed and empty. */
  async *read(): AsyncGenerator<Item, void> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#closed) return;
      else await this.#bell.rung();
    }
  }
}

/** Wakes one waiter, once for everything that happened while it was not looking. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, or at once when it rang since the last time. */
  async rung(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
    this.#wake = undefined;
  }
}
