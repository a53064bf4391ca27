import type { ContentPart } from '../conversation/content.ts';
import { orderedJson } from '../conversation/digest.ts';
import { ChatError } from '../conversation/error.ts';
import type { Message } from '../conversation/message.ts';
import type { SayOptions } from './api.ts';
import type { Pending } from './typed.ts';
import type { Sent } from './views.ts';

/** What became of a word: it is in the thread, or was given up under this id until somebody sends it again. */
export type Said = Sent | { readonly type: 'failed'; readonly id: string; readonly error: ChatError };

/** What a word needs to get where it belongs. */
export interface WordsAbout {
  /** Sends it for as long as that may help; the same key says the same thing. */
  send(content: string | readonly ContentPart[], options: SayOptions & { readonly key: string }): Promise<Sent>;
  /** Whether the thread has told of a message. */
  isTold(message: string): boolean;
  onChange(): void;
  now(): number;
  newId(): string;
}

/** A word as it is shown until the thread tells of it. */
export type PendingMessage = Message & { readonly pending: Pending };

interface Word {
  readonly content: string | readonly ContentPart[];
  readonly options: SayOptions & { readonly key: string };
  readonly message: PendingMessage;
  /** The message of the thread that is this word. */
  readonly heardAs?: string;
}

/** Words that are on their way into a thread, sent one after the other. */
export class Words {
  readonly #about: WordsAbout;
  readonly #words = new Map<string, Word>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(about: WordsAbout) {
    this.#about = about;
  }

  say(content: string | readonly ContentPart[], options: SayOptions = {}): Promise<Said> {
    const { key = this.#about.newId() } = options;
    const parts = typeof content === 'string' ? [{ type: 'text', text: content } as const] : content;
    const message: Message = { id: key, role: 'user', parts, at: this.#about.now() };
    return this.#send({ content, options: { ...options, key }, message: { ...message, pending: sending } });
  }

  /** Sends a word again that was given up. */
  resend(id: string): Promise<Said> {
    const word = this.#words.get(id);
    if (word?.message.pending.state === 'failed') {
      return this.#send({ ...word, message: { ...word.message, pending: sending } });
    }
    throw new ChatError('invalid-request', `Sending ${JSON.stringify(id)} again: no such word was given up.`);
  }

  /** Forgets a word that was given up. */
  discard(id: string): void {
    if (this.#words.get(id)?.message.pending.state === 'failed') this.#words.delete(id);
    this.#about.onChange();
  }

  /**
   * Hears of a word in the thread, which may come before the answer that tells under which id a word was stored: until
   * then one that says the same is taken for it.
   */
  hear({ id, role, parts }: Message): void {
    if (role !== 'user') return;
    const words = [...this.#words.values()];
    if (words.some(({ message }) => message.id === id)) return;
    const same = words.find(
      ({ heardAs, message }) =>
        message.pending.state === 'sending' && heardAs === undefined && wordsOf(message.parts) === wordsOf(parts),
    );
    if (same) this.#words.set(same.options.key, { ...same, heardAs: id });
  }

  /** Those that the thread has not told of. */
  get pending(): readonly PendingMessage[] {
    const { isTold } = this.#about;
    for (const [key, { message }] of this.#words) {
      if (message.pending.state === 'sent' && isTold(message.id)) this.#words.delete(key);
    }
    return [...this.#words.values()]
      .filter(({ heardAs }) => heardAs === undefined || !isTold(heardAs))
      .map(({ message }) => message);
  }

  #send(word: Word): Promise<Said> {
    // Behind those that were said before.
    const sending = this.#last.then(() => this.#deliver(word));
    this.#last = sending;
    this.#put(word);
    return sending;
  }

  async #deliver({ content, options, message }: Word): Promise<Said> {
    try {
      const sent = await this.#about.send(content, options);
      this.#put({ content, options, message: { ...sent.message, pending: { state: 'sent' } } });
      return sent;
    } catch (cause) {
      const error = cause instanceof ChatError ? cause : new ChatError('aborted', 'Saying something: it was given up.');
      this.#put({ content, options, message: { ...message, pending: { state: 'failed', error } } });
      return { type: 'failed', id: options.key, error };
    }
  }

  #put(word: Word): void {
    this.#words.set(word.options.key, word);
    this.#about.onChange();
  }
}

const sending: Pending = { state: 'sending' };

/** What parts say, but for the bytes of files: a store may keep them apart. */
function wordsOf(parts: Message['parts']): string {
  return orderedJson(parts.map((part) => (part.type === 'file' ? [part.mediaType, part.name ?? ''] : part)));
}
