import type { IncomingMessage } from 'node:http';
import type { ByteReader, ByteStream } from '../wire/read.ts';

/** One read: bytes, or the end. */
interface Step {
  readonly done: boolean;
  readonly value?: Uint8Array;
}

/** A read that is under way. */
interface Waiting {
  resolve(step: Step): void;
  reject(error: unknown): void;
}

/**
 * The body of an answer, pulled: what nobody reads stays in the socket, so that a slow reader slows the server down.
 * It is its own reader. A connection that ends before the body does is an error, never an end.
 */
export class AnswerBody implements ByteStream, ByteReader {
  readonly #message: IncomingMessage;
  #failure: { readonly error: unknown } | undefined;
  #over = false;
  #waiting: Waiting | undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
    message.on('readable', this.#onReadable);
    message.on('end', this.#end);
    message.on('error', (cause) => this.#break(cause));
    message.on('close', () => this.#break());
  }

  getReader(): ByteReader {
    return this;
  }

  /** Everything that has come since the last read. */
  read(): Promise<Step> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    if (this.#over) return Promise.resolve(end);
    // Without an encoding it gives bytes.
    const value = this.#message.read() as Uint8Array | null;
    if (value !== null) return Promise.resolve({ done: false, value });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** Leaves the body, and with it the connection. */
  async cancel(): Promise<void> {
    if (this.#over) return;
    this.#end();
    this.#message.destroy();
  }

  async text(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const { value } = await this.read();
      if (value === undefined) return Buffer.concat(pieces).toString();
      pieces.push(value);
    }
  }

  /** Every read from now on throws this. */
  fail(error: unknown): void {
    if (this.#over || this.#failure) return;
    this.#failure = { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  readonly #onReadable = (): void => {
    const waiting = this.#waiting;
    const value = waiting && (this.#message.read() as Uint8Array | null);
    if (!value) return;
    this.#waiting = undefined;
    waiting.resolve({ done: false, value });
  };

  readonly #end = (): void => {
    this.#over = true;
    this.#waiting?.resolve(end);
    this.#waiting = undefined;
  };

  #break(cause = new Error('the connection was closed')): void {
    if (!this.#over && !this.#failure) this.fail(new TypeError('terminated', { cause }));
  }
}

const end: Step = { done: true };
