import { applyTo } from '../conversation/apply.ts';
import { Draft, freshRun } from '../conversation/draft.ts';
import type { RunState } from '../conversation/draft.ts';
import type { ChatEvent, EndEvent, Waiting } from '../conversation/event.ts';
import { isEnd } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { isSettled } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { addUsage, noUsage } from '../conversation/usage.ts';
import type { Usage } from '../conversation/usage.ts';
import { waitingCalls } from '../conversation/waiting.ts';
import type { ReadView, ThreadView } from './views.ts';

/** What is known of a thread. */
export interface Folded {
  readonly thread: ThreadView | undefined;
  readonly messages: readonly Message[];
  readonly waiting: Waiting<ToolCall>;
  readonly usage: Usage;
  readonly progress: Readonly<Record<string, unknown>>;
  readonly output?: unknown;
}

/** A thread as it was read, and every event since: the same fold as on the server (rule P6). */
export class ThreadFold {
  /** The place behind the last event. */
  cursor: string;
  readonly #draft: Draft;
  #thread: ThreadView;
  #waiting: Waiting<ToolCall> | undefined;
  #progress: Readonly<Record<string, unknown>> = {};
  #output: { readonly output?: unknown } = {};

  constructor({ thread, messages, cursor }: ReadView) {
    this.cursor = cursor;
    this.#thread = thread;
    this.#draft = new Draft(messages, runOf(messages));
  }

  /**
   * Folds an event in. Throws when it does not fit: the place in the log was lost, such as by a restore of the database,
   * after which everything is told anew (rule S5). Then the thread has to be read again.
   */
  take(event: ChatEvent, cursor: string): void {
    // A word is told once.
    const isAgain = event.type === 'message' && event.message.role === 'user' && this.has(event.message.id);
    if (isAgain || cursor === this.cursor) throw new Error(`The log was told again from ${cursor} on.`);
    applyTo(this.#draft, event);
    this.cursor = cursor;
    if (moving.has(event.type)) this.#waiting = undefined;
    this.#beside(event);
    if (isEnd(event)) this.#end(event);
    else if (event.type !== 'warning' && this.#thread.status !== 'working') this.#move('working');
  }

  has(message: string): boolean {
    return this.#draft.has(message);
  }

  view(): Folded {
    return {
      thread: this.#thread,
      messages: this.#draft.messages,
      waiting: (this.#waiting ??= waitingCalls(this.#draft)),
      usage: this.#draft.run.usage,
      progress: this.#progress,
      ...this.#output,
    };
  }

  /** What is shown while something goes on, and kept nowhere. */
  #beside(event: ChatEvent): void {
    if (event.type === 'tool-progress') this.#progress = { ...this.#progress, [event.id]: event.progress };
    if (event.type === 'tool' && event.call.id in this.#progress && isSettled(event.call.state)) {
      const { [event.call.id]: _, ...rest } = this.#progress;
      this.#progress = rest;
    }
    if (event.type === 'output') this.#output = { output: event.output };
    if (event.type === 'step-end' || event.type === 'reset') this.#output = {};
  }

  #end(event: EndEvent): void {
    this.#output = {};
    // Models that were cut are counted where they ran.
    this.#draft.run = { ...this.#draft.run, usage: event.usage };
    if (event.type === 'error') this.#thread = { ...this.#thread, status: 'failed', error: event.code };
    else this.#move(event.type);
  }

  #move(status: ThreadView['status']): void {
    const { error: _, ...thread } = this.#thread;
    this.#thread = { ...thread, status };
  }
}

/** Events by which calls come, move or go. */
const moving: ReadonlySet<ChatEvent['type']> = new Set(['tool', 'message', 'reset', 'rewind']);

/** What the messages say of the run: the server keeps the rest to itself. */
function runOf(messages: readonly Message[]): RunState {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const said = messages.slice(last + 1).filter((message) => message.usage !== undefined);
  return { ...freshRun, usage: said.reduce((sum, { usage }) => addUsage(sum, usage), noUsage) };
}
