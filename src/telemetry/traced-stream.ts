import type { ChatEvent } from '../conversation/event.ts';
import { within } from './quietly.ts';
import type { RunSpan } from './run-span.ts';

type Events = AsyncGenerator<ChatEvent, void, undefined>;
type Result = IteratorResult<ChatEvent, void>;

/** A run that has begun, and its span, if it has one. */
export interface TracedRun {
  readonly events: Events;
  readonly span: RunSpan | undefined;
}

/**
 * A run, told on as it is, event by event. Written by hand: `return()` stops a run at once, and may not wait for the event
 * that is under way.
 */
export class TracedStream implements Events {
  readonly #begin: () => TracedRun;
  #run: TracedRun | undefined;
  #isOver = false;

  // Made once, since an event comes for nearly every delta.
  readonly #pull = (): Promise<Result> => this.#run!.events.next();
  readonly #told = (step: Result): Result => {
    if (!step.done) this.#run?.span?.see(step.value);
    return step;
  };
  readonly #failed = (error: unknown): never => {
    this.#run?.span?.end(error);
    throw error;
  };

  /** `begin` is called when the first event is asked for: a run that nobody reads never began. */
  constructor(begin: () => TracedRun) {
    this.#begin = begin;
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    const { span } = (this.#run ??= this.#begin());
    // What hooks, policies and stores do stands under the run's span too.
    return within(span?.context, this.#pull).then(this.#told, this.#failed);
  }

  async return(): Promise<Result> {
    this.#isOver = true;
    try {
      return (await this.#run?.events.return()) ?? { value: undefined, done: true };
    } finally {
      this.#run?.span?.end();
    }
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
}
