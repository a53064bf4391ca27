import type { ChatEvent } from '../conversation/event.ts';
import { ChatError } from '../conversation/error.ts';
import { loop } from './loop.ts';
import { ModelSource } from './model-source.ts';
import type { Read } from './model-source.ts';
import type { Output } from './model-turn.ts';
import type { Run } from './run.ts';
import { readerLeft } from './run.ts';

type Result = IteratorResult<ChatEvent, void>;
type Step = IteratorResult<Output, void>;

/** What went wrong with a model that is being read. */
interface Failure {
  readonly error: unknown;
}

const none: readonly ChatEvent[] = [];

/**
 * What the reader of a run holds: the loop's batches, event by event. Written by hand, since it stands on the way of
 * every delta. Deltas are folded right before they are handed over: who breaks off has seen exactly what was kept.
 */
export class EventStream implements AsyncGenerator<ChatEvent, void, undefined> {
  readonly #run: Run;
  readonly #stop: AbortSignal | undefined;
  #loop: AsyncGenerator<Output, void> | undefined;
  #source: ModelSource | undefined;
  /** A model that was asked: it is read when what comes before it was told. */
  #asked: ModelSource | undefined;
  #batch = none;
  #at = 0;
  /** Several `next()` at once wait for each other: how many are under way, and the last of them. */
  #turns = 0;
  #last: Promise<Result> | undefined;
  #over = false;
  readonly #aborted = (): void => this.#run.stop(this.#stop?.reason);

  constructor(run: Run, stop: AbortSignal | undefined) {
    this.#run = run;
    this.#stop = stop;
  }

  next(): Promise<Result> {
    if (this.#turns > 0) return this.#inTurn(() => this.#pull());
    this.#turns = 1;
    return (this.#last =
      this.#isThere || !this.#source ? Promise.resolve(this.#give()) : this.#source.next(this.#onRead));
  }

  /** Stops the run. What was started is awaited and committed first (rule E4). */
  return(): Promise<Result> {
    if (this.#loop && !this.#over) this.#run.stop(readerLeft);
    return this.#inTurn(() => this.#leave());
  }

  async throw(error: unknown): Promise<Result> {
    await this.return();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Does the work when everything before it is done; whoever does it ends its turn. */
  #inTurn(work: () => Promise<Result>): Promise<Result> {
    this.#turns += 1;
    this.#last = this.#turns > 1 && this.#last ? this.#last.then(work, work) : work();
    return this.#last;
  }

  /** Whether an event was read and may be told: what a model said before it was cut is not, but for what opens its answer anew. */
  get #isThere(): boolean {
    return this.#at < this.#batch.length && (!this.#source?.isCut || this.#batch[this.#at]!.type === 'message');
  }

  #take(): Result {
    const event = this.#batch[this.#at]!;
    this.#at += 1;
    // A reader waits long for the next token: what was handed out is not held meanwhile.
    if (this.#at === this.#batch.length) this.#put();
    // What the loop yields itself was applied when it was committed.
    this.#source?.fold(event);
    return { value: event, done: false };
  }

  /** Nearly every delta passes by here, and by no promise but the one that the reader holds. */
  readonly #onRead = (read: Read): Result | Promise<Result> => {
    if (!read) this.#source = undefined;
    else if ('error' in read) return this.#pull(read);
    else this.#put(read);
    return this.#give();
  };

  /** What was read already, without a promise. */
  #give(): Result | Promise<Result> {
    if (!this.#isThere) return this.#pull();
    try {
      const result = this.#take();
      this.#turns -= 1;
      return result;
    } catch (error) {
      return this.#pull({ error });
    }
  }

  /** The next event. `failure` is what was wrong with the last one. */
  async #pull(failure?: Failure): Promise<Result> {
    try {
      if (failure) await this.#throw(failure);
      while (!this.#isThere) {
        if (this.#over) return this.#end();
        this.#source ??= this.#asked;
        this.#asked = undefined;
        if (this.#source) {
          // Whoever reads it ends a turn too.
          this.#turns += 1;
          return this.#source.next(this.#onRead);
        }
        if (this.#went(await this.#started().next())) return this.#end();
      }
      return this.#take();
    } catch (error) {
      // An event of a model that makes no sense is its failure; whatever else is thrown has come out of the loop.
      if (this.#source) {
        this.#turns += 1;
        return this.#pull({ error });
      }
      this.#end();
      throw error;
    } finally {
      this.#turns -= 1;
    }
  }

  /** Throws a failure of the model into the loop, where it reads like any other. */
  async #throw({ error }: Failure): Promise<void> {
    this.#source = undefined;
    if (this.#went(await this.#started().throw(error))) this.#end();
  }

  /** Takes a step of the loop; true when it was the last. */
  #went({ done, value }: Step): boolean {
    if (value instanceof ModelSource) {
      this.#asked = value;
      this.#put(value.opening);
    } else this.#put(value as readonly ChatEvent[] | undefined);
    return done === true;
  }

  #put(events = none): void {
    this.#batch = events;
    this.#at = 0;
  }

  #started(): AsyncGenerator<Output, void> {
    if (this.#loop) return this.#loop;
    const { conversation } = this.#run;
    if (conversation.isBusy) {
      throw new ChatError('busy', `Conversation ${conversation.id} is being advanced by another stream.`);
    }
    conversation.isBusy = true;
    conversation.journal.listen((news) => this.#run.hear(news));
    if (this.#stop?.aborted) this.#aborted();
    this.#stop?.addEventListener('abort', this.#aborted);
    return (this.#loop = loop(this.#run));
  }

  async #leave(): Promise<Result> {
    this.#put();
    this.#source = undefined;
    this.#asked = undefined;
    try {
      if (!this.#over) await this.#loop?.return();
    } finally {
      this.#turns -= 1;
      this.#end();
    }
    return { value: undefined, done: true };
  }

  #end(): Result {
    if (!this.#over) {
      this.#over = true;
      this.#put();
      if (this.#loop) {
        this.#run.conversation.isBusy = false;
        this.#run.conversation.journal.listen(undefined);
      }
      this.#stop?.removeEventListener('abort', this.#aborted);
    }
    return { value: undefined, done: true };
  }
}
