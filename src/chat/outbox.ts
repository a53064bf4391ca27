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

  /** The next item, at once where there is one; nothing when it is closed and empty. */
  next(): Item | undefined | Promise<Item | undefined> {
    const item = this.#items.shift();
    if (item !== undefined || this.#closed) return item;
    const rung = this.#bell.rung();
    return rung ? rung.then(() => this.next()) : this.next();
  }
}

/** Wakes one waiter, once for everything that happened while it was not looking. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    const wake = this.#wake;
    this.#rung = wake === undefined;
    this.#wake = undefined;
    wake?.();
  }

  /** Resolves at the next ring; nothing to wait for when it rang since the last time. */
  rung(): Promise<void> | undefined {
    if (!this.#rung) return new Promise((resolve) => void (this.#wake = resolve));
    this.#rung = false;
    return undefined;
  }
}
