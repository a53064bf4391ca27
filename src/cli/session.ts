import type { DecisionAnswer } from '../chat/types.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Alarm } from './alarm.ts';

/** A conversation as a talk deals with it, whether this process alone has it or a store that others use too. */
export interface Session {
  /** As far as it was handed over by `advance`. */
  readonly conversation: Conversation;
  /** Whether something was left to do when it was opened. What a person stopped stays stopped. */
  readonly isUnfinished: boolean;
  /** `files` go along with the words. */
  say(text: string, files?: readonly ContentPart[]): Promise<void>;
  decide(call: ToolCall, decision: Decision): Promise<DecisionAnswer>;
  /**
   * What happens up to the next end, each event once it is folded. `retry` goes on where nothing would by itself: after an
   * error, or when the model was called as often as it may be in a row.
   */
  advance(how?: 'retry'): AsyncIterable<ChatEvent>;
  /** Asks that what runs be stopped. False when nothing does, or it is being stopped already. */
  stop(): boolean;
  /** Hands over no more. */
  leave(): void;
  /** Rings when there is something to `advance` that was neither said nor decided here. */
  alarm(): Alarm;
  /** What an event tells of somebody who is not here, in a sentence. */
  elsewhere(event: ChatEvent): string | undefined;
}
