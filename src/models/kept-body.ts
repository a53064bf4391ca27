import type { Message } from '../conversation/message.ts';
import { shortList } from '../conversation/short-list.ts';
import { wellFormedJson } from './json-text.ts';

/** From this many characters on a body is kept as bytes: below, a string costs `fetch` less. */
const bytesFrom = 16_384;

/** Makes the text of a message; `place` is its index in the list. Every piece begins with a comma but the first. */
export type Render = (message: Message, place: number) => string;

/**
 * The body of the last request of one conversation: its beginning and one piece per message, compared by identity,
 * so that a long history is neither rendered nor encoded again. The end is written last and never kept.
 * What `end` returned holds until the next call.
 */
export class KeptBody {
  readonly #messages = shortList<Message>();
  /** Where the piece of each message ends, in characters or in bytes. */
  readonly #ends = shortList<number>();
  #head = '';
  #headLength = 0;
  #text: string | undefined = '';
  #bytes = none;
  #length = 0;

  /** How many of the messages are kept; what follows them is forgotten. */
  keep(messages: readonly Message[], head: string): number {
    if (head !== this.#head) this.#begin(head);
    const known = this.#messages;
    let same = 0;
    while (same < known.length && known[same] === messages[same]) same += 1;
    if (same < known.length) this.#cut(same);
    return same;
  }

  /** Renders the messages that are not kept yet. */
  add(messages: readonly Message[], render: Render): void {
    for (let place = this.#messages.length; place < messages.length; place += 1) {
      const message = messages[place]!;
      this.#append(wellFormedJson(render(message, place)));
      this.#messages.push(message);
      this.#ends.push(this.#text === undefined ? this.#length : this.#text.length);
      if (this.#text !== undefined && this.#text.length >= bytesFrom) this.#turnIntoBytes(this.#text);
    }
  }

  /** Whether nothing follows the head yet. */
  get isEmpty(): boolean {
    return (this.#text === undefined ? this.#length : this.#text.length) === this.#headLength;
  }

  /** The whole body. */
  end(tail: string): string | Uint8Array<ArrayBuffer> {
    const text = wellFormedJson(tail);
    if (this.#text !== undefined) return this.#text + text;
    return this.#bytes.subarray(0, this.#length + this.#write(text));
  }

  #begin(given: string): void {
    const head = wellFormedJson(given);
    this.#head = given;
    this.#messages.length = 0;
    this.#ends.length = 0;
    this.#text = head;
    this.#length = 0;
    this.#headLength = head.length;
    if (head.length >= bytesFrom) this.#turnIntoBytes(head);
  }

  #cut(count: number): void {
    this.#messages.length = count;
    this.#ends.length = count;
    const end = this.#ends.at(-1) ?? this.#headLength;
    if (this.#text === undefined) this.#length = end;
    else this.#text = this.#text.slice(0, end);
  }

  #append(piece: string): void {
    if (this.#text === undefined) this.#length += this.#write(piece);
    else this.#text += piece;
  }

  #turnIntoBytes(text: string): void {
    this.#text = undefined;
    this.#length = 0;
    let from = 0;
    const encode = (to: number): number => {
      this.#length += this.#write(text.slice(from, to));
      from = to;
      return this.#length;
    };
    this.#headLength = encode(this.#headLength);
    for (let i = 0; i < this.#ends.length; i += 1) this.#ends[i] = encode(this.#ends[i]!);
  }

  /** Writes behind what is kept; returns how many bytes. */
  #write(text: string): number {
    // One UTF-16 unit is at most three bytes.
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    return encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }
}

const encoder = new TextEncoder();
const none = new Uint8Array(0);
