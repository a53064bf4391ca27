import type { EventReads, Failed, Took } from './event-reads.ts';

/** An iterator that is opened at its first step: `open` sends the request. */
export function opening<Event>(open: () => Promise<EventReads<Event>>): EventReads<Event> {
  return new Opening(open);
}

type Step<Event> = IteratorResult<readonly Event[], undefined>;

// A class, since one is kept for every answer that is open: a closure a method would be kept with each.
class Opening<Event> implements EventReads<Event> {
  readonly #open: () => Promise<EventReads<Event>>;
  #opened: EventReads<Event> | undefined;
  #closed = false;
  #isLeft = false;

  constructor(open: () => Promise<EventReads<Event>>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // Without `async`, since it stands on the way of every token.
  next(): Promise<Step<Event>> {
    if (this.#closed) return Promise.resolve(over);
    return this.#opened ? this.#opened.next() : this.#begin();
  }

  nextThen<Told>(took: Took<Event, Told>, failed: Failed<Told>): Promise<Told> | undefined {
    return this.#closed ? undefined : this.#opened?.nextThen?.(took, failed);
  }

  async return(): Promise<Step<Event>> {
    this.#isLeft = true;
    this.#closed = true;
    await this.#opened?.return?.();
    return over;
  }

  async #begin(): Promise<Step<Event>> {
    // A request that fails is not sent again.
    this.#closed = true;
    const iterator = await this.#open();
    this.#closed = false;
    this.#opened = iterator;
    // Left while the request was under way.
    if (this.#isLeft) await iterator.return?.();
    return iterator.next();
  }
}

const over = { value: undefined, done: true } as const;
