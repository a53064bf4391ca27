import { completed } from '../chat/completed.ts';
import type { Toolbox } from '../chat/toolbox.ts';
import type { Chat, DecideOptions, StreamOptions } from '../chat/types.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { tracedDecision } from './decision.ts';
import type { TelemetryOptions } from './options.ts';
import { quietly } from './quietly.ts';
import { RunSpan } from './run-span.ts';
import { Telemetry } from './telemetry.ts';
import { TracedStream } from './traced-stream.ts';

/** What can be traced: every chat, whatever its tools. */
export interface Traceable {
  stream(...given: never[]): unknown;
  complete(...given: never[]): unknown;
  decide(...given: never[]): unknown;
  waiting(...given: never[]): unknown;
}

/**
 * The same chat, traced: its runs, model calls, tools and decisions are spans and measurements of OpenTelemetry. Without an
 * SDK it does what it did before.
 *
 * @example
 * const chat = traced(createChat({ model, tools: { refund } }), { agent: 'refunds' });
 */
export function traced<AnyChat extends Traceable>(chat: AnyChat, options: TelemetryOptions = {}): AnyChat {
  // Every chat is made by `createChat`; what its tools make of the types is kept by `AnyChat`.
  return new TracedChat(chat as unknown as Chat, new Telemetry(options)) as unknown as AnyChat;
}

type AnyOptions = StreamOptions<unknown>;
type Events = AsyncGenerator<ChatEvent, void, undefined>;
type DecideArguments = [Conversation, ToolCall | string, Decision, DecideOptions?];

class TracedChat {
  readonly #chat: Chat;
  readonly #telemetry: Telemetry;

  constructor(chat: Chat, telemetry: Telemetry) {
    this.#chat = chat;
    this.#telemetry = telemetry;
  }

  /** Asked for anew: a chat may have other tools than before. */
  get toolbox(): Toolbox {
    return this.#chat.toolbox;
  }

  stream(conversation: Conversation, options: AnyOptions = {}): Events {
    return new TracedStream(() => {
      const span = quietly(() => new RunSpan(this.#telemetry, conversation, options));
      const events = this.#chat.stream(conversation, span ? { ...options, around: span } : options);
      // Of which tools they tell is known to `AnyChat`.
      return { events: events as unknown as Events, span };
    });
  }

  complete(conversation: Conversation, options: AnyOptions = {}): ReturnType<typeof completed> {
    return completed(conversation, this.stream(conversation, options));
  }

  waiting(conversation: Conversation): unknown {
    return this.#chat.waiting(conversation);
  }

  decide(...[conversation, call, decision, options]: DecideArguments): ReturnType<typeof tracedDecision> {
    const decide = () => this.#chat.decide(conversation, call, decision, options);
    return tracedDecision(this.#telemetry, { conversation, call }, decide);
  }
}
