import type { ChatEvent } from '../conversation/event.ts';
import type { Message } from '../conversation/message.ts';
import { seenOf } from '../conversation/seen.ts';
import type { Sensitive } from '../conversation/sensitive.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { publicCall, publicMessage, publicView } from '../wire/public-view.ts';
import type { ViewOptions } from '../wire/public-view.ts';
import { callWithout, redactedEvent, redactedMessage } from '../wire/redacted-event.ts';
import type { Who } from './who.ts';

/**
 * What somebody is shown of threads: whatever goes out passes here, in every dialect (rule X3). It goes by their rights alone,
 * so that events and messages always show the same.
 */
export class View {
  readonly #options: Required<ViewOptions>;
  readonly #texts = new WeakMap<ChatEvent, string>();

  constructor(options: Required<ViewOptions>) {
    this.#options = options;
  }

  /** Whether they see who decided what, and why. */
  get showsDecisions(): boolean {
    return this.#options.decisions;
  }

  event(event: ChatEvent): ChatEvent {
    return publicView(event, this.#options);
  }

  /** The same as JSON. Those who watch a thread are given the same events, and the text of each is made once. */
  text(event: ChatEvent): string {
    const text = this.#texts.get(event) ?? JSON.stringify(this.event(event));
    this.#texts.set(event, text);
    return text;
  }

  message(message: Message): Message {
    return publicMessage(message, this.#options);
  }

  messages(messages: readonly Message[]): readonly Message[] {
    return messages.map((message) => this.message(message));
  }

  call(call: ToolCall): ToolCall {
    return publicCall(call, this.#options);
  }

  /** An event without what tools keep to themselves, for a dialect that tells the rest in words of its own. */
  redactedEvent(event: ChatEvent): ChatEvent {
    return this.#options.all ? event : redactedEvent(event, this.#options);
  }

  /** The same of messages. */
  redactedMessages(messages: readonly Message[]): readonly Message[] {
    return this.#options.all ? messages : messages.map((message) => redactedMessage(message, this.#options));
  }

  /** The same of a call. */
  redactedCall(call: ToolCall): ToolCall {
    return this.#options.all ? call : callWithout(call, this.#options);
  }

  /** The digest of a call as it is shown: that of all of it would let others try out what is kept from them (rule D1). */
  seen(call: ToolCall): string {
    return seenOf(this.redactedCall(call));
  }

  /** The digest of all of a call, for who hands in that of what they were shown of it; any other is of something else. */
  whole(call: ToolCall, seen: string): string {
    return seen === this.seen(call) ? seenOf(call) : seen;
  }
}

/** The views that one handler gives, of which there are few. */
export class Views {
  readonly #sensitive: Readonly<Record<string, Sensitive>>;
  readonly #known = new Map<string, View>();

  /** `sensitive` is what is kept from those who only look on, beside what tools say of themselves. */
  constructor(sensitive: Readonly<Record<string, Sensitive>> = {}) {
    this.#sensitive = sensitive;
  }

  /**
   * What they are shown: who decided, and why, only with the right to decide (rule X3); what tools keep to themselves with that
   * right, since who decides sees what they decide about (rule X5), and with the right to manage.
   */
  of({ scopes }: Who): View {
    const decisions = scopes.includes('decide');
    return this.#with({ decisions, all: decisions || scopes.includes('manage'), runs: scopes.includes('answer') });
  }

  /** The same for a reader who hands on what it reads, as the model of a host does: nothing that tools keep to themselves. */
  discreet({ scopes }: Who): View {
    return this.#with({ decisions: scopes.includes('decide'), all: false, runs: scopes.includes('answer') });
  }

  #with(options: Omit<Required<ViewOptions>, 'sensitive'>): View {
    const name = JSON.stringify(options);
    const known = this.#known.get(name) ?? new View({ ...options, sensitive: this.#sensitive });
    this.#known.set(name, known);
    return known;
  }
}
