/**
 * The text of bytes in UTF-8 that come piece by piece, however they were cut; a mark of the byte order in front is no part
 * of it.
 */
export class ByteText {
  /** Made when a piece ends within a character: a decoder that holds bytes costs more than all else of a short answer. */
  #holding: TextDecoder | undefined;
  /** Whether it may hold the beginning of a character. */
  #holds = false;
  #begun = false;

  /** The text of the next piece. */
  push(bytes: Uint8Array): string {
    const endsWithin = bytes.length === 0 || bytes[bytes.length - 1]! >= 0x80;
    if (!this.#holds && !endsWithin) return this.#behindMark(whole.decode(bytes));
    this.#holds = endsWithin;
    this.#holding ??= new TextDecoder('utf-8', { ignoreBOM: true });
    return this.#behindMark(this.#holding.decode(bytes, streaming));
  }

  /** The bytes are over: what is left of them. */
  end(): string {
    return this.#holds ? this.#behindMark(this.#holding!.decode()) : '';
  }

  #behindMark(text: string): string {
    if (this.#begun || text === '') return text;
    this.#begun = true;
    return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  }
}

const whole = new TextDecoder('utf-8', { ignoreBOM: true });
const streaming = { stream: true };
const byteOrderMark = 0xfeff;
