import { textOf } from 'yourcall';

/** What somebody who watches a thread has seen of its answers. Gives what is new with each event. */
export class Reading {
  #texts = new Map();

  /** The text of every answer, the oldest first. */
  get texts() {
    return [...this.#texts.values()];
  }

  /** What comes with an event; the whole message takes the place of what was not told of it in pieces. */
  take(event) {
    if (event.type === 'text') return this.#grow(event.message, event.delta);
    if (event.type !== 'message' || event.message.role !== 'assistant') return '';
    const whole = textOf(event.message);
    const seen = this.#texts.get(event.message.id) ?? '';
    // A message that opens is empty.
    if (!whole.startsWith(seen)) {
      throw new Error(`A token was lost: the ${seen.length} characters that were seen are not how the message begins.`);
    }
    return this.#grow(event.message.id, whole.slice(seen.length));
  }

  #grow(message, more) {
    this.#texts.set(message, (this.#texts.get(message) ?? '') + more);
    return more;
  }
}
