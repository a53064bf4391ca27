import type { ChatEvent } from '../../conversation/event.ts';

/** Events that were heard and not handed over yet. */
export class Heard {
  #events: ChatEvent[] = [];
  #error: { readonly thrown: unknown } | undefined;
  readonly #bells = new Set<() => void>();

  /** Whether there is something to be taken. */
  get isWaiting(): boolean {
    return this.#events.length > 0 || this.#error !== undefined;
  }

  add(event: ChatEvent): void {
    this.#events.push(event);
    this.#ring();
  }

  /** No more will be heard, because of this. */
  fail(error: unknown): void {
    this.#error = { thrown: error };
    this.#ring();
  }

  /** The oldest one. Throws, once, why no more are heard. */
  take(): ChatEvent | undefined {
    const event = this.#events.shift();
    const error = event ? undefined : this.#error;
    if (!error) return event;
    this.#error = undefined;
    throw error.thrown;
  }

  /** Calls back when there is something to be taken: at once, or once. Gives what forgets about it. */
  ring(bell: () => void): () => void {
    if (this.isWaiting) bell();
    else this.#bells.add(bell);
    return () => void this.#bells.delete(bell);
  }

  #ring(): void {
    const bells = [...this.#bells];
    this.#bells.clear();
    for (const bell of bells) bell();
  }
}
