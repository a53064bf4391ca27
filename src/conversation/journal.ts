import type { ChatEvent } from './event.ts';
import type { ToolCall } from './tool-call.ts';

/** Makes events of the conversation as it stands when it is their turn. */
export type MakeEvents = () => readonly ChatEvent[];

/**
 * What a run hears of: something was recorded or left here, something for which a model that speaks is to stop, or somebody
 * elsewhere has appended something, which its next commit would be refused with.
 */
export type JournalNews = 'recorded' | 'interrupts' | 'elsewhere';

/**
 * What was said and decided beside a run, until a commit takes it along (rule D3). While a commit is under way,
 * whatever is recorded waits for it: in memory things happen in the order in which they are stored.
 */
export class Journal {
  readonly #apply: (event: ChatEvent) => void;
  #recorded: ChatEvent[] = [];
  #waiting: MakeEvents[] = [];
  /** Stored by somebody else's commit, and not told to the reader of the run yet. */
  #untold: ChatEvent[] = [];
  /** Applied and told, and not stored yet: whoever commits next takes it along, or a decision would come before its question. */
  #owed: ChatEvent[] = [];
  /** Open calls that are stored: somebody else may settle or decide them at any time. */
  #stored: ReadonlySet<string> | undefined;
  #held = false;
  #free: (() => void)[] = [];
  #listener: ((news: JournalNews) => void) | undefined;

  constructor(apply: (event: ChatEvent) => void) {
    this.#apply = apply;
  }

  /** Whether something was recorded that no commit has taken yet. */
  get isAhead(): boolean {
    return this.#recorded.length + this.#waiting.length > 0;
  }

  /** Whether every commit has taken what was recorded, and the reader was told everything. */
  get isEmpty(): boolean {
    return !this.isAhead && this.#untold.length === 0;
  }

  /** Whether a commit is under way. */
  get held(): boolean {
    return this.#held;
  }

  /** Applies events and keeps them for the next commit. `interrupts`: a model that speaks is to stop. */
  record(make: MakeEvents, { interrupts = false }: { readonly interrupts?: boolean } = {}): void {
    if (this.#held) this.#waiting.push(make);
    else this.#take(make);
    this.#listener?.(interrupts ? 'interrupts' : 'recorded');
  }

  /** Events that were stored and applied beside a run: the one that lives, or the next, tells them. */
  leave(events: readonly ChatEvent[]): void {
    if (events.length === 0) return;
    this.#untold.push(...events);
    this.#listener?.('recorded');
  }

  /** Somebody elsewhere has appended something: the run that lives asks what it is (rule D3). */
  nudge(): void {
    this.#listener?.('elsewhere');
  }

  /** Whether something was told that no commit has taken. */
  get owes(): boolean {
    return this.#owed.length > 0;
  }

  /** Told which open calls are stored now. */
  stores(calls: Iterable<ToolCall>): void {
    this.#stored = new Set(Array.from(calls, ({ id }) => id));
  }

  /**
   * Whether events move only calls that nobody else can have seen. Of the others somebody may say something before they are
   * stored, such as what became of them, and they would have to be made anew (rules D3, E3).
   */
  mayOwe(events: readonly ChatEvent[]): boolean {
    return events.every((event) => event.type !== 'tool' || !this.#stored?.has(event.call.id));
  }

  /** Keeps events that were applied and told for the next commit, which must be about to come. */
  owe(events: readonly ChatEvent[]): void {
    this.#owed.push(...events);
  }

  /** Hands over what is owed, to whoever commits now. */
  pay(): readonly ChatEvent[] {
    return this.#owed.splice(0);
  }

  /** What the reader of the run was not told yet, and the events given. */
  tell(events: readonly ChatEvent[]): readonly ChatEvent[] {
    return this.#untold.length === 0 ? events : [...this.#untold.splice(0), ...events];
  }

  /** Told whenever there is something to hear of; one listener, the run that advances the conversation. */
  listen(listener: ((news: JournalNews) => void) | undefined): void {
    this.#listener = listener;
  }

  /** Begins a commit: hands over what was recorded since the last one. */
  hold(): readonly ChatEvent[] {
    this.#held = true;
    if (this.#recorded.length === 0) return nothing;
    const events = this.#recorded;
    this.#recorded = [];
    return events;
  }

  /** Ends a commit; `kept` is what it was handed and did not store. */
  release(kept: readonly ChatEvent[] = nothing): void {
    this.#held = false;
    if (kept.length > 0) this.#recorded = [...kept, ...this.#recorded];
    if (this.#waiting.length > 0) for (const make of this.#waiting.splice(0)) this.#take(make);
    if (this.#free.length > 0) for (const free of this.#free.splice(0)) free();
  }

  /** Resolves when no commit is under way. */
  async free(): Promise<void> {
    while (this.#held) await new Promise<void>((resolve) => this.#free.push(resolve));
  }

  #take(make: MakeEvents): void {
    for (const event of make()) {
      this.#apply(event);
      this.#recorded.push(event);
    }
  }
}

const nothing: readonly ChatEvent[] = [];
