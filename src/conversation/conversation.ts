import { applyTo } from './apply.ts';
import { demandContent } from './content.ts';
import type { ContentPart } from './content.ts';
import { Draft } from './draft.ts';
import type { RunState } from './draft.ts';
import { ChatError } from './error.ts';
import type { ChatEvent } from './event.ts';
import { newId as randomId } from './id.ts';
import { Journal } from './journal.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './message.ts';
import { format, parseConversation } from './parse.ts';
import type { ConversationJson } from './parse.ts';
import type { ToolCall } from './tool-call.ts';
import { cancelUnstarted, heldBy } from './withdraw.ts';
import type { Rewound } from './withdraw.ts';

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
  /**
   * What it does to a run that is under way: `queue` (the default) waits for its turn, `interrupt` stops a model that
   * speaks, `supersede` also cancels every call that was not started.
   */
  readonly while?: 'queue' | 'interrupt' | 'supersede';
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
  /** What was said and decided beside a run, for its next commit. */
  readonly journal: Journal = new Journal((event) => this.apply(event));
  /** Whether a run advances it. */
  isBusy = false;
  /** What models keep that has to do with it, each under a key of its own. */
  readonly kept: Map<unknown, unknown> = new Map();
  readonly #draft: Draft;

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

  get hasUnsettled(): boolean {
    return this.#draft.hasUnsettled;
  }

  /** The same, one by one. */
  eachUnsettled(): Generator<ToolCall> {
    return this.#draft.eachUnsettled();
  }

  findCall(id: string): ToolCall | undefined {
    return this.#draft.findCall(id);
  }

  /**
   * Adds a word of the user, at any time (rule D8); the next `stream()`, or the one that runs, takes it up.
   * While a commit is under way it waits for it, and stands in `messages` right after.
   * Throws `ChatError` `invalid-request` for what is neither a text nor a list of parts.
   */
  say(content: string | readonly ContentPart[], { author, metadata, while: how = 'queue' }: SayOptions = {}): Message {
    demandContent(content);
    const message: Message = {
      id: this.newId(),
      role: 'user',
      parts: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
      at: this.now(),
      ...(author !== undefined && { author }),
      ...(metadata && { metadata }),
    };
    const said: ChatEvent = { type: 'message', message };
    this.journal.record(
      () => (how === 'supersede' ? [...cancelUnstarted(this.unsettled, 'supersede'), said] : [said]),
      { interrupts: how !== 'queue' },
    );
    return message;
  }

  /**
   * Withdraws a message and all that follow it, so that the model answers anew. Refused once a call among them was
   * started that does more than read, unless a person says `force`; a call that still runs refuses it always.
   * Throws `ChatError` `invalid-request` when there is no such message.
   */
  rewind(id: string, { force = false }: { readonly force?: boolean } = {}): Rewound {
    const from = this.messages.findIndex((message) => message.id === id);
    if (from === -1) {
      throw new ChatError('invalid-request', `Message ${JSON.stringify(id)} is not in conversation ${this.id}.`);
    }
    const messages = this.messages.slice(from);
    const calls = heldBy(messages, force);
    if (calls.length > 0) return { type: 'refused', calls };
    const still = (): boolean => this.#draft.has(id) && heldBy(this.messages.slice(from), force).length === 0;
    this.journal.record(() => (still() ? [{ type: 'rewind', message: id }] : []), { interrupts: true });
    return { type: 'rewound', messages };
  }

  /** Folds one event in: the only way in which a conversation changes. */
  apply(event: ChatEvent): void {
    applyTo(this.#draft, event);
  }

  /** The message that holds a call. */
  messageOf(call: string): Message | undefined {
    return this.#draft.messageOf(call);
  }

  /** Whether a message is there. */
  has(message: string): boolean {
    return this.#draft.has(message);
  }

  toJSON(): ConversationJson {
    return { format, id: this.id, messages: this.messages, run: this.run };
  }
}
