import { applyTo } from './apply.ts';
import type { ContentPart } from './content.ts';
import { Draft } from './draft.ts';
import type { RunState } from './draft.ts';
import type { ChatEvent } from './event.ts';
import { newId as randomId } from './id.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './message.ts';
import { format, parseConversation } from './parse.ts';
import type { ConversationJson } from './parse.ts';
import type { ToolCall } from './tool-call.ts';

/** What a conversation may begin with. */
export interface ConversationOptions {
  /** Unique; the keys given to tools derive from it, so a copy made to go another way needs a new one. */
  readonly id?: string;
  readonly messages?: readonly Message[];
  readonly run?: RunState;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Makes ids for messages and calls. Default: unique across processes. */
  readonly newId?: () => string;
}

/** What may be said beside the words. */
export interface SayOptions {
  readonly author?: string;
  readonly metadata?: JsonObject;
}

/**
 * Messages, and where each tool call in them stands: plain data, changed by events alone.
 *
 * @example
 * const conversation = new Conversation();
 * conversation.say('Refund order A-17, please.');
 */
export class Conversation {
  readonly id: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly #draft: Draft;
  #recorded: ChatEvent[] = [];
  #listener: (() => void) | undefined;

  constructor({ id, messages, run, now = Date.now, newId = randomId }: ConversationOptions = {}) {
    this.id = id ?? newId();
    this.now = now;
    this.newId = newId;
    this.#draft = new Draft(messages, run);
  }

  /**
   * A conversation from its JSON, as text or as a value. It is trusted like code: never give it what a client sent (rule C2).
   * Throws `ChatError` `format` when it is not a conversation, or of a format that is too new.
   */
  static parse(json: unknown, options: Pick<ConversationOptions, 'now' | 'newId'> = {}): Conversation {
    return new Conversation({ ...parseConversation(json), ...options });
  }

  /** The messages so far. A list that was handed out never changes. */
  get messages(): readonly Message[] {
    return this.#draft.messages;
  }

  /** How far the run has come that the user's last word began. */
  get run(): RunState {
    return this.#draft.run;
  }

  /** Every call that is not settled, oldest first. */
  get unsettled(): readonly ToolCall[] {
    return this.#draft.unsettled;
  }

  findCall(id: string): ToolCall | undefined {
    return this.#draft.findCall(id);
  }

  /** Adds a word of the user; the next `stream()`, or the one that runs, takes it up. */
  say(content: string | readonly ContentPart[], { author, metadata }: SayOptions = {}): Message {
    const message: Message = {
      id: this.newId(),
      role: 'user',
      parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
      at: this.now(),
      ...(author !== undefined && { author }),
      ...(metadata && { metadata }),
    };
    this.record([{ type: 'message', message }]);
    return message;
  }

  /** Folds one event in: the only way in which a conversation changes. */
  apply(event: ChatEvent): void {
    applyTo(this.#draft, event);
  }

  /** Applies events that come from outside a run, keeps them for the next commit, and tells a run that is under way. */
  record(events: readonly ChatEvent[]): void {
    for (const event of events) {
      this.apply(event);
      this.#recorded.push(event);
    }
    this.#listener?.();
  }

  /** Hands over what was recorded since the last time. */
  takeRecorded(): readonly ChatEvent[] {
    if (this.#recorded.length === 0) return [];
    const events = this.#recorded;
    this.#recorded = [];
    return events;
  }

  /** Puts back what was taken and could not be committed. */
  putBack(events: readonly ChatEvent[]): void {
    this.#recorded = [...events, ...this.#recorded];
  }

  /** Whether something was recorded that no commit has taken yet. */
  get hasRecorded(): boolean {
    return this.#recorded.length > 0;
  }

  /** Called whenever something is recorded; one listener, the run that advances this conversation. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }

  toJSON(): ConversationJson {
    return { format, id: this.id, messages: this.messages, run: this.run };
  }
}
