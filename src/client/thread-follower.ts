import type { Message } from '../conversation/message.ts';
import type { Api } from './api.ts';
import { ThreadFold } from './thread-fold.ts';

/** Who is told of what comes. */
export interface FollowerAbout {
  onChange(): void;
  /** Told of each message that was read, opened or replaced. */
  onMessage(message: Message): void;
}

/** Follows a thread over one connection after the other: each goes on where the last one ended. */
export class ThreadFollower {
  /** What is known; absent until the thread was read. */
  fold: ThreadFold | undefined;
  readonly #thread: string;
  readonly #api: Pick<Api, 'readThread' | 'watchThread'>;
  readonly #about: FollowerAbout;
  #isLost = true;

  constructor(thread: string, api: Pick<Api, 'readThread' | 'watchThread'>, about: FollowerAbout) {
    this.#thread = thread;
    this.#api = api;
    this.#about = about;
  }

  /** Follows until the connection ends. What was known stays until the thread was read anew where its place was lost. */
  async follow(signal: AbortSignal, onOpen: () => void): Promise<void> {
    if (!this.fold || this.#isLost) await this.#read(signal);
    const after = this.fold!.cursor;
    for await (const { event, cursor } of this.#api.watchThread(this.#thread, { after, signal, onOpen })) {
      // Another connection goes on from here already.
      signal.throwIfAborted();
      try {
        this.fold!.take(event, cursor);
      } catch (error) {
        this.#isLost = true;
        throw error;
      }
      if (event.type === 'message') this.#about.onMessage(event.message);
      this.#about.onChange();
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const read = await this.#api.readThread(this.#thread, { signal });
    signal.throwIfAborted();
    this.fold = new ThreadFold(read);
    this.#isLost = false;
    for (const message of read.messages) this.#about.onMessage(message);
    this.#about.onChange();
  }
}
