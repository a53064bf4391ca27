import type { Receive } from './sse.ts';

/** Cuts a stream of JSON lines into lines, however the text was cut; blank lines say nothing. Names are `''`. */
export class NdjsonSplitter {
  readonly #receive: Receive;
  /** Pieces of a line that is not complete. */
  #rest = '';

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  /** Takes the next piece of text. */
  push(piece: string): void {
    const end = piece.indexOf('\n');
    if (end < 0) {
      this.#rest += piece;
      return;
    }
    this.#line(this.#rest + piece.slice(0, end));
    let from = end + 1;
    for (let next = piece.indexOf('\n', from); next >= 0; next = piece.indexOf('\n', from)) {
      this.#line(piece.slice(from, next));
      from = next + 1;
    }
    this.#rest = piece.slice(from);
  }

  /** The stream is over: a last line without its end counts. */
  end(): void {
    this.#line(this.#rest);
    this.#rest = '';
  }

  #line(line: string): void {
    if (line.trim() !== '') this.#receive(line, '');
  }
}
