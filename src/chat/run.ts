import type { Conversation } from '../conversation/conversation.ts';
import { ChatError, messageOf } from '../conversation/error.ts';
import type { ChatEvent, MessageEvent } from '../conversation/event.ts';
import type { JournalNews, MakeEvents } from '../conversation/journal.ts';
import type { Around, AskModel } from './around.ts';
import type { Children } from './children.ts';
import type { Additions, AfterHook, BeforeHook, StepHook } from './hooks.ts';
import type { Toolbox } from './toolbox.ts';
import type { Limits } from './limits.ts';
import type { Model, Settings } from './model.ts';
import type { ChatPolicy } from './policy.ts';
import type { Retry } from './retry.ts';
import type { Schema } from './schema.ts';
import type { Commit } from './seam.ts';
import type { AnyTool } from './tool.ts';

/** What a run takes from its chat and its caller, with every default filled in. */
export interface RunSetup extends Toolbox {
  readonly conversation: Conversation;
  readonly model: Model;
  readonly policy?: ChatPolicy | undefined;
  readonly instructions?: string | ((context: never) => string | Promise<string>) | undefined;
  readonly settings: Settings;
  /** What the run is to end with. */
  readonly output?: Schema | undefined;
  readonly context: unknown;
  /** Model calls allowed since the last word of the user. */
  readonly maxSteps: number;
  /** How many tools run at once. */
  readonly concurrency: number;
  readonly retry?: Retry | undefined;
  readonly before?: BeforeHook | undefined;
  readonly step?: StepHook | undefined;
  readonly after?: AfterHook | undefined;
  readonly commit?: Commit | undefined;
  readonly around?: Around | undefined;
  readonly ask: AskModel;
  readonly limits?: Limits | undefined;
  readonly children?: Children | undefined;
  /** Told of errors whose text is kept from the model and from clients (rule X3). */
  readonly report: (error: unknown, errorId: string) => void;
}

/** What a run is busy with, and must tell of what happens meanwhile. */
export interface Underway {
  /** The run was stopped. */
  stopped(reason: unknown): void;
  /** Something was said or decided beside the run; `interrupts` as in the journal. */
  recorded(interrupts: boolean): void;
}

/** One run: its setup, the signal that stops it, and the seam through which everything passes that it does. */
export class Run {
  /** Complete once the loop has begun. */
  setup: RunSetup;
  readonly conversation: Conversation;
  /** A commit was refused: somebody else has the conversation now, and nothing more is written. */
  fenced = false;
  /** What broke the run from inside, if something did: not the caller's stop. */
  broken: unknown;
  /** What the `before` hook gave to this run. */
  additions: Additions | undefined;
  /** The message that is being spoken: a commit takes it as it stands, in place of its deltas. */
  open: string | undefined;
  /** What the reader has seen of a model beside its deltas, and no commit has taken: warnings, withdrawals. */
  readonly aside: ChatEvent[] = [];
  /** The model call or the tool pass that is under way. */
  underway: Underway | undefined;
  #stop: { readonly reason: unknown } | undefined;
  #controller: AbortController | undefined;

  constructor(setup: RunSetup) {
    this.setup = setup;
    this.conversation = setup.conversation;
    // What is in it when a run begins is stored, as far as it is not owed.
    if (setup.commit && !this.conversation.journal.owes)
      this.conversation.journal.stores(this.conversation.eachUnsettled());
  }

  /** Aborted when the caller stops the run, when its reader leaves, and when it broke. */
  get signal(): AbortSignal {
    // Made when somebody asks for it: most runs are never stopped.
    this.#controller ??= new AbortController();
    if (this.#stop) this.#controller.abort(this.#stop.reason);
    return this.#controller.signal;
  }

  /** Whether the signal is aborted, and why. */
  get isOver(): boolean {
    return this.#stop !== undefined;
  }

  get reason(): unknown {
    return this.#stop?.reason;
  }

  /** Whether the caller or the reader ended it, and nothing else did. */
  get stopped(): boolean {
    return this.isOver && this.broken === undefined;
  }

  stop(reason: unknown): void {
    if (this.#stop) return;
    this.#stop = { reason };
    this.#controller?.abort(reason);
    this.underway?.stopped(reason);
  }

  throwIfOver(): void {
    if (this.#stop) throw this.#stop.reason;
  }

  /** Ends the run because of what happened inside it. */
  break(error: unknown): void {
    if (!this.isOver) this.broken = error;
    this.stop(error);
  }

  /**
   * Commits events, then applies them; gives what is to be told, what was recorded meanwhile first.
   * `make` is asked when the seam is free, and again when the commit was refused because others had come first. What
   * starts nothing and `mayWait` is taken along by the next commit, which must be about to come.
   */
  commit(make: MakeEvents, mayWait?: MayWait): readonly ChatEvent[] | Promise<readonly ChatEvent[]> {
    const { journal } = this.conversation;
    if (journal.held) return journal.free().then(() => this.commit(make, mayWait));
    if (this.setup.commit)
      return this.#hand(make, this.setup.commit, { mayWait }).then((events) => journal.tell(events));
    if (this.aside.length > 0) this.aside.length = 0;
    const recorded = journal.hold();
    try {
      const events = make();
      this.#apply(events);
      return journal.tell(recorded.length === 0 ? events : [...recorded, ...events]);
    } finally {
      journal.release();
    }
  }

  /** Commits what waits, where something slow is about to come. */
  async settle(): Promise<void> {
    if (this.conversation.journal.owes) await this.commit(() => []);
  }

  /** Commits beside the run that may be under way, which tells what came of it. */
  async commitBeside(make: MakeEvents): Promise<void> {
    const { journal } = this.conversation;
    while (journal.held) await journal.free();
    if (this.setup.commit) await this.#hand(make, this.setup.commit, { beside: true });
    else journal.record(make);
  }

  /** Commits what was recorded while the model speaks; it is told with the next commit. */
  async flush(): Promise<void> {
    const { journal } = this.conversation;
    while (journal.held) await journal.free();
    if (!journal.isAhead || !this.setup.commit || this.fenced || this.isOver) return;
    // When it fails the run is broken, and says so.
    await this.#hand(() => [], this.setup.commit, { beside: true }).catch(() => {});
  }

  /** Told by the journal. */
  hear(news: JournalNews): void {
    if (news === 'elsewhere') void this.#ask();
    else this.underway?.recorded(news === 'interrupts');
  }

  /** Asks by a commit of nothing what others have appended, and takes it up: the next one would hear of it too late (rule D8). */
  async #ask(): Promise<void> {
    const { journal } = this.conversation;
    while (journal.held) await journal.free();
    if (!this.setup.commit || this.fenced || this.isOver) return;
    const recorded = journal.hold();
    let appended: readonly ChatEvent[] = [];
    try {
      ({ appended } = await this.#try(this.setup.commit, []));
      this.#applyBefore(recorded, appended);
    } catch {
      // The run is broken now, and says so.
    } finally {
      journal.release(recorded);
    }
    journal.leave(appended);
  }

  /** Gives an error an id, and tells whoever keeps the log. */
  report(error: unknown): string {
    const errorId = this.conversation.newId();
    try {
      this.setup.report(error, errorId);
    } catch {
      // A log that fails must not fail what it is told of.
    }
    return errorId;
  }

  async #hand(
    make: MakeEvents,
    commit: Commit,
    { beside = false, mayWait }: { readonly beside?: boolean; readonly mayWait?: MayWait | undefined },
  ): Promise<readonly ChatEvent[]> {
    const { journal } = this.conversation;
    const recorded = journal.hold();
    const aside = [...journal.pay(), ...this.aside.splice(0)];
    const others: ChatEvent[] = [];
    // What is in the conversation already and was not stored stays for the next commit.
    let kept = [...aside, ...this.#spoken(), ...recorded];
    try {
      for (;;) {
        const events = make();
        if (recorded.length === 0 && !this.fenced && journal.mayOwe(events) && mayWait?.(events)) {
          journal.owe([...aside, ...this.#spoken(), ...events]);
          kept = [];
          this.#apply(events);
          return [...others, ...events];
        }
        const batch = [...aside, ...this.#spoken(), ...recorded, ...events];
        const { appended, refused } = batch.length > 0 ? await this.#try(commit, batch) : nothing;
        this.#applyBefore(recorded, appended);
        others.push(...appended);
        if (refused) continue;
        kept = [];
        this.#apply(events);
        journal.stores(this.conversation.eachUnsettled());
        const told = [...others, ...recorded, ...events];
        if (beside) journal.leave(told);
        return told;
      }
    } finally {
      journal.release(kept);
    }
  }

  async #try(commit: Commit, batch: readonly ChatEvent[]): Promise<Tried> {
    try {
      const answer = await commit(batch);
      if (Array.isArray(answer)) return { appended: answer as readonly ChatEvent[], refused: false };
      if (typeof answer !== 'object' || !('refused' in answer)) return { appended: [], refused: false };
      // Nobody was first, but the run is to stop: its batch is another one now (rule E7).
      if (answer.refused.length === 0 && !this.isOver) throw new Error('nothing had come first');
      return { appended: answer.refused, refused: true };
    } catch (cause) {
      this.fenced = true;
      const reason = `Committing ${batch.length} events was refused: ${messageOf(cause)}`;
      const failure = cause instanceof ChatError ? cause : new ChatError('fenced', reason, { cause });
      this.break(failure);
      throw failure;
    }
  }

  /** Others stand before this batch in the log: what was said here, and is in no log yet, moves behind them. */
  #applyBefore(recorded: readonly ChatEvent[], appended: readonly ChatEvent[]): void {
    const words = appended.some(isWord)
      ? recorded.filter(isWord).filter(({ message }) => this.conversation.has(message.id))
      : [];
    if (words[0]) this.#apply([{ type: 'rewind', message: words[0].message.id }]);
    this.#apply([...appended, ...words]);
    // Not where its message opens: it is asked with what was said.
    if (this.open !== undefined && appended.some(interrupts)) this.underway?.recorded(true);
  }

  #apply(events: readonly ChatEvent[]): void {
    for (const event of events) this.conversation.apply(event);
  }

  /** The message as it stands: the reader has seen its deltas and the conversation has them, no commit has. */
  #spoken(): readonly ChatEvent[] {
    if (this.open === undefined) return [];
    const message = this.conversation.messages.findLast(({ id }) => id === this.open);
    return message ? [{ type: 'message', message }] : [];
  }
}

function isWord(event: ChatEvent): event is MessageEvent {
  return event.type === 'message' && event.message.role === 'user';
}

/** Whether a model that speaks is to stop for it. */
function interrupts(event: ChatEvent): boolean {
  return event.type === 'rewind' || (event.type === 'message' && event.interrupts === true);
}

const nothing: Tried = { appended: [], refused: false };

/** What a commit came to: what others had appended, and whether it is to be made anew because of that. */
interface Tried {
  readonly appended: readonly ChatEvent[];
  readonly refused: boolean;
}

/** Whether events start nothing, so that the next commit may take them along. */
type MayWait = (events: readonly ChatEvent[]) => boolean;

/** A tool by its name; names of `Object.prototype` are no tools. */
export function toolOf(run: Run, name: string): AnyTool | undefined {
  return Object.hasOwn(run.setup.tools, name) ? run.setup.tools[name] : undefined;
}

/** Why a run stops whose reader broke off. */
export const readerLeft: DOMException = new DOMException('The reader of the stream left.', 'AbortError');
