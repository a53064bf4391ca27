import { ChatError } from '../conversation/error.ts';
import { isTooDeep } from '../conversation/depth.ts';
import { ByteText } from './byte-text.ts';
import type { EventReads, Failed, Took } from './event-reads.ts';
import { NdjsonSplitter } from './ndjson.ts';
import { shortList } from '../conversation/short-list.ts';
import { SseSplitter } from './sse.ts';
import { turnToRead } from './turn.ts';
import { Watch } from './watch.ts';
import type { Watched } from './watch.ts';
import { WholeText } from './whole.ts';

/** A body: a `ReadableStream` of bytes, or what reads and is cancelled like one. */
export interface ByteStream {
  getReader(): ByteReader;
  cancel(): Promise<void>;
}

/** Gives the bytes of a body piece by piece; `cancel` leaves it, and ends a read that is under way. */
export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** Makes events of the pieces of a body: the data of server-sent events, lines of JSON, the whole text. What it throws comes after the events it made before. */
export interface Decoder<Event> {
  /** `name` is the event's name, `''` when it has none, and `unframed` for JSON that came without framing. */
  push(data: string, name: string, events: Event[]): void;
  /** The body is over. */
  end(events: Event[]): void;
  /** Whether the answer is complete, so that a body that does not end, or breaks, may be left. */
  readonly isDone: boolean;
  /** Whether nothing is missing of the answer but what some servers say behind it: a body that breaks or falls silent then has lost nothing. */
  readonly isEnough?: boolean;
}

/** How a body is cut into pieces: server-sent events, lines of JSON, or not at all. */
export type Framing = 'sse' | 'ndjson' | 'whole';

/** How a body is read. */
export interface ReadOptions {
  /** What is done, for error messages: `Asking openai/gpt-5`. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Milliseconds between two reads before the answer is given up. Default: 120,000. */
  readonly idleTimeout?: number | undefined;
  /** Default: `sse`. */
  readonly framing?: Framing | undefined;
  /** What has looked after the request so far. */
  readonly watch?: Watch | undefined;
}

/**
 * Reads a body: each step gives the events of one network read, never none.
 * Leaving early cancels the body. An abort throws the signal's reason, a broken connection `ChatError` `network`.
 */
export function readEvents<Event>(body: ByteStream, decoder: Decoder<Event>, options: ReadOptions): EventReads<Event> {
  return new BodyEvents(body, decoder, options);
}

type Step<Event> = IteratorResult<readonly Event[], undefined>;

const splitters = { sse: SseSplitter, ndjson: NdjsonSplitter, whole: WholeText } as const;

/** After the answer is complete its body has this long (milliseconds) to end: then it is left. */
const grace = 500;

class BodyEvents<Event> implements EventReads<Event>, Watched {
  readonly #reader: ByteReader;
  readonly #decoder: Decoder<Event>;
  readonly #options: ReadOptions;
  readonly #idleTimeout: number;
  readonly #watch: Watch;
  readonly #text = new ByteText();
  readonly #splitter: SseSplitter | NdjsonSplitter | WholeText;
  /** Of the read that is being taken; a stream that waits holds none. */
  #events: Event[] = none;
  /** Who waits for the read that is under way. */
  #took: Took<Event, unknown> = same;
  #failed: Failed<unknown> = thrown;
  #failure: { readonly error: unknown } | undefined;
  #over = false;
  /** When the read that is under way was begun, by `performance.now`; -1 between two. */
  #pulledAt = -1;

  constructor(body: ByteStream, decoder: Decoder<Event>, options: ReadOptions) {
    this.#reader = body.getReader();
    this.#decoder = decoder;
    this.#options = options;
    this.#idleTimeout = options.idleTimeout ?? 120_000;
    const Splitter = splitters[options.framing ?? 'sse'];
    this.#splitter = new Splitter((data, name) => {
      if (isTooDeep(data)) throw new ChatError('invalid-response', `${options.what}: the answer is nested too deeply.`);
      decoder.push(data, name, this.#events);
    });
    this.#watch = options.watch ?? new Watch(options.signal);
    this.#watch.begin(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step<Event>> {
    return this.nextThen(same, thrown);
  }

  // A read comes for nearly every token, and what waits for it outlives the young generation: no frame of an `async`
  // function, and no promise but the one that is handed out.
  nextThen<Told>(took: Took<Event, Told>, failed: Failed<Told>): Promise<Told> {
    this.#took = took;
    this.#failed = failed;
    // Whatever comes passes through `took` or `failed`.
    return this.#read() as Promise<Told>;
  }

  #read(): Promise<unknown> {
    if (this.#over || this.#failure) return Promise.resolve().then(() => this.#ended());
    const now = performance.now();
    return turnToRead(now)?.then(this.#pullLater) ?? this.#pull(now);
  }

  #pull(now: number): Promise<unknown> {
    this.#pulledAt = now;
    this.#watch.by(now + this.#limit, now);
    try {
      return this.#reader.read().then(this.#onRead, this.#onBreak);
    } catch (cause) {
      // A reader written by hand may throw at once.
      return Promise.reject(cause).catch(this.#onBreak);
    }
  }

  // It may have been left meanwhile.
  readonly #pullLater = (): Promise<unknown> =>
    this.#over || this.#failure ? this.#read() : this.#pull(performance.now());

  readonly #onRead = ({ value }: { readonly value?: Uint8Array | undefined }): unknown => {
    this.#pulledAt = -1;
    // Left meanwhile.
    if (this.#over) return this.#ended();
    if (!this.#failure) this.#take(value);
    if (this.#events.length > 0) return this.#took({ value: this.#handOut(), done: false });
    return this.#read();
  };

  readonly #onBreak = (cause: unknown): unknown => {
    this.#break(cause);
    return this.#onRead({});
  };

  #ended(): unknown {
    if (!this.#failure) return this.#took({ value: undefined, done: true });
    const { error } = this.#failure;
    this.#failure = undefined;
    this.#over = true;
    return this.#failed(error);
  }

  async return(): Promise<Step<Event>> {
    this.#stop();
    this.#over = true;
    return { value: undefined, done: true };
  }

  /** The body broke; after the answer was complete that has broken nothing. */
  #break(cause: unknown): void {
    const { signal, what } = this.#options;
    if (this.#isWhole && !signal.aborted) return;
    const broken = new ChatError('network', `${what}: the answer broke off.`, { retryable: true, cause });
    this.#stop({ error: signal.aborted ? signal.reason : broken });
  }

  #take(bytes: Uint8Array | undefined): void {
    this.#events = shortList();
    try {
      if (bytes === undefined) return this.#end();
      this.#splitter.push(this.#text.push(bytes));
    } catch (cause) {
      this.#stop({ error: cause instanceof ChatError ? cause : this.#nonsense(cause) });
    }
  }

  /** A decoder waits for much, and there is always more that a server can say. */
  #nonsense(cause: unknown): ChatError {
    const reason = `${this.#options.what}: the answer makes no sense.`;
    return new ChatError('invalid-response', reason, { retryable: true, cause });
  }

  #end(): void {
    this.#over = true;
    this.#close();
    this.#splitter.push(this.#text.end());
    this.#splitter.end();
    this.#decoder.end(this.#events);
  }

  #handOut(): readonly Event[] {
    const events = this.#events;
    this.#events = none;
    return events;
  }

  /** Leaves the body; a read that is under way ends. */
  #stop(failure?: { readonly error: unknown }): void {
    this.#failure = failure;
    this.#close();
    void this.#reader.cancel().catch(() => {});
  }

  aborted(reason: unknown): void {
    this.#stop({ error: reason });
  }

  get #isWhole(): boolean {
    return this.#decoder.isDone || this.#decoder.isEnough === true;
  }

  /** How long nothing may come. */
  get #limit(): number {
    return this.#decoder.isDone ? grace : this.#idleTimeout;
  }

  /** The time in which nobody pulls is not the server's. */
  left(now: number): number | undefined {
    return this.#pulledAt < 0 ? undefined : this.#pulledAt + this.#limit - now;
  }

  late(): void {
    if (this.#isWhole) return this.#stop();
    const silent = `${this.#options.what}: nothing came for ${this.#limit / 1000} s.`;
    this.#stop({ error: new ChatError('timeout', silent, { retryable: true }) });
  }

  #close(): void {
    this.#watch.end();
  }
}

const none: never[] = [];

function same<Value>(value: Value): Value {
  return value;
}

function thrown(error: unknown): never {
  throw error;
}
