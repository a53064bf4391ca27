import type { Conversation } from '../conversation/conversation.ts';
import { ChatError } from '../conversation/error.ts';
import type { ChatEvent, ToolProgressEvent } from '../conversation/event.ts';
import type { Model, Settings, ToolDeclaration } from './model.ts';
import type { ToolSet } from './tool.ts';
import type { Commit } from './types.ts';

/** What a run takes from its chat and its caller, with every default filled in. */
export interface RunSetup {
  readonly conversation: Conversation;
  readonly model: Model;
  readonly tools: ToolSet;
  readonly declarations: readonly ToolDeclaration[];
  readonly instructions: string | undefined;
  readonly settings: Settings;
  readonly context: unknown;
  /** Model calls allowed since the last word of the user. */
  readonly maxSteps: number;
  /** How many tools run at once. */
  readonly concurrency: number;
  /** What the model rendered before, for this conversation. */
  readonly kept: Map<unknown, unknown>;
  readonly commit: Commit | undefined;
  /** Told of errors whose text is kept from the model and from clients (rule X3). */
  readonly report: (error: unknown, errorId: string) => void;
}

/** One run: its setup, the signal that stops it, and the seam through which everything passes that it does. */
export class Run {
  readonly setup: RunSetup;
  readonly conversation: Conversation;
  /** A commit was refused: somebody else has the conversation now, and nothing more is written. */
  fenced = false;
  /** Where events go that nobody keeps; set while tools run. */
  progress: (event: ToolProgressEvent) => void = () => {};
  readonly #controller = new AbortController();

  constructor(setup: RunSetup) {
    this.setup = setup;
    this.conversation = setup.conversation;
  }

  /** Aborted when the caller stops the run, when its reader leaves, and when a commit was refused. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * Commits events, then applies them; gives what is to be yielded. What was recorded meanwhile goes first.
   * `applied` are events that the reader has seen and the conversation has, but no commit has taken yet.
   */
  async commit(events: readonly ChatEvent[], applied: readonly ChatEvent[] = []): Promise<readonly ChatEvent[]> {
    const recorded = this.conversation.takeRecorded();
    const others = this.setup.commit && (await this.#hand([...applied, ...recorded, ...events], recorded));
    for (const event of events) this.conversation.apply(event);
    for (const event of others ?? []) this.conversation.apply(event);
    return recorded.length === 0 && !others ? events : [...recorded, ...events, ...(others ?? [])];
  }

  /** Gives an error an id, and tells whoever keeps the log. */
  report(error: unknown): string {
    const errorId = this.conversation.newId();
    this.setup.report(error, errorId);
    return errorId;
  }

  async #hand(events: readonly ChatEvent[], recorded: readonly ChatEvent[]): Promise<readonly ChatEvent[] | undefined> {
    if (events.length === 0) return undefined;
    try {
      return (await this.setup.commit?.(events)) ?? undefined;
    } catch (cause) {
      this.fenced = true;
      this.conversation.putBack(recorded);
      if (cause instanceof ChatError) throw cause;
      throw new ChatError('fenced', `Committing ${events.length} events was refused: ${messageOf(cause)}`, { cause });
    }
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
