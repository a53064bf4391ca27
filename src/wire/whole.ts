import type { Receive } from './sse.ts';

/** Gathers a body that is one value, however many lines it has. */
export class WholeText {
  readonly #receive: Receive;
  #text = '';

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  /** Takes the next piece of text. */
  push(piece: string): void {
    this.#text += piece;
  }

  /** The body is over. */
  end(): void {
    this.#receive(this.#text, '');
  }
}
