import type { ChatEvent } from '../conversation/event.ts';
import { ChatError } from '../conversation/error.ts';
import { loop } from './loop.ts';
import { ModelSource } from './model-source.ts';
import type { Output } from './model-turn.ts';
import type { Run } from './run.ts';
import { readerLeft } from './run.ts';

type Result = IteratorResult<ChatEvent, void>;

/** Which conversations are being advanced, so that a second run of one is refused. */
const busy = new WeakSet<object>();

/**
 * What the reader of a run holds: the loop's batches, event by event. Written by hand, since it stands on the way of
 * every delta. Deltas are folded right before they are handed over: who breaks off has seen exactly what was kept.
 */
export class EventStream implements AsyncGenerator<ChatEvent, void, undefined> {
  readonly #run: Run;
  readonly #stop: AbortSignal | undefined;
  #loop: AsyncGenerator<Output, void> | undefined;
  #source: ModelSource | undefined;
  #batch: readonly ChatEvent[] = [];
  #at = 0;
  /** Several `next()` at once wait for each other. */
  #turn: Promise<unknown> | undefined;
  #over = false;
  readonly #aborted = (): void => this.#run.stop(this.#stop?.reason);

  constructor(run: Run, stop: AbortSignal | undefined) {
    this.#run = run;
    this.#stop = stop;
  }

  next(): Promise<Result> {
    if (this.#turn === undefined && this.#isThere) {
      try {
        return Promise.resolve(this.#take());
      } catch (error) {
        return this.#inTurn(() => this.#pull(error));
      }
    }
    return this.#inTurn(() => this.#pull());
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

  #inTurn(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn ? this.#turn.then(work, work) : work();
    const mine: Promise<void> = turn.then(
      () => this.#endTurn(mine),
      () => this.#endTurn(mine),
    );
    this.#turn = mine;
    return turn;
  }

  #endTurn(turn: Promise<unknown>): void {
    if (this.#turn === turn) this.#turn = undefined;
  }

  /** Whether an event was read and may be told: what a model said before it was cut is not, but for what opens its answer anew. */
  get #isThere(): boolean {
    return this.#at < this.#batch.length && (!this.#source?.isCut || this.#batch[this.#at]!.type === 'message');
  }

  #take(): Result {
    const event = this.#batch[this.#at]!;
    this.#at += 1;
    // What the loop yields itself was applied when it was committed.
    this.#source?.fold(event);
    return { value: event, done: false };
  }

  /** The next event. `broken` is what went wrong with the last one. */
  async #pull(broken?: unknown): Promise<Result> {
    try {
      if (broken !== undefined) await this.#advance(this.#fail(broken));
      while (!this.#isThere) {
        if (this.#over || !(await this.#fill())) return this.#end();
      }
      return this.#take();
    } catch (error) {
      // An event of a model that makes no sense is its failure; whatever else is thrown has come out of the loop.
      if (this.#source) return this.#pull(error);
      this.#end();
      throw error;
    }
  }

  /** Gets the next batch, of the model call that is being read or of the loop. False when the run is over. */
  async #fill(): Promise<boolean> {
    this.#put([]);
    if (!this.#source) return this.#advance(this.#started().next());
    let events: readonly ChatEvent[] | undefined;
    try {
      events = await this.#source.next();
    } catch (error) {
      return this.#advance(this.#fail(error));
    }
    if (events) return this.#put(events);
    this.#source = undefined;
    return this.#advance(this.#started().next());
  }

  /** Throws a failure of the model into the loop, where it reads like any other. */
  #fail(error: unknown): Promise<IteratorResult<Output, void>> {
    this.#put([]);
    this.#source = undefined;
    return this.#started().throw(error);
  }

  async #advance(stepping: Promise<IteratorResult<Output, void>>): Promise<boolean> {
    const step = await stepping;
    if (step.done) return false;
    if (step.value instanceof ModelSource) this.#source = step.value;
    else this.#put(step.value);
    return true;
  }

  #put(events: readonly ChatEvent[]): true {
    this.#batch = events;
    this.#at = 0;
    return true;
  }

  #started(): AsyncGenerator<Output, void> {
    if (this.#loop) return this.#loop;
    const { conversation } = this.#run;
    if (busy.has(conversation)) {
      throw new ChatError('busy', `Conversation ${conversation.id} is being advanced by another stream.`);
    }
    busy.add(conversation);
    conversation.journal.listen((interrupts) => this.#run.onRecorded?.(interrupts));
    if (this.#stop?.aborted) this.#aborted();
    this.#stop?.addEventListener('abort', this.#aborted);
    return (this.#loop = loop(this.#run));
  }

  async #leave(): Promise<Result> {
    if (this.#over) return this.#end();
    this.#batch = [];
    this.#source = undefined;
    try {
      await this.#loop?.return();
    } finally {
      this.#end();
    }
    return { value: undefined, done: true };
  }

  #end(): Result {
    if (!this.#over) {
      this.#over = true;
      this.#batch = [];
      if (this.#loop) {
        busy.delete(this.#run.conversation);
        this.#run.conversation.journal.listen(undefined);
      }
      this.#stop?.removeEventListener('abort', this.#aborted);
    }
    return { value: undefined, done: true };
  }
}
