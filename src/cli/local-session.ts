import type { Commit } from '../chat/seam.ts';
import type { Chat, DecisionAnswer } from '../chat/types.ts';
import type { ContentPart } from '../conversation/content.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { next } from '../conversation/next.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { alarmFor } from './alarm.ts';
import type { Alarm } from './alarm.ts';
import type { Session } from './session.ts';
import { userName } from './user-name.ts';

/** A conversation that this process alone has, in memory or in a file. */
export class LocalSession implements Session {
  readonly conversation: Conversation;
  readonly #chat: Chat;
  readonly #commit: Commit;
  #running: AbortController | undefined;

  constructor(from: { readonly chat: Chat; readonly conversation: Conversation; readonly commit: Commit }) {
    this.#chat = from.chat;
    this.conversation = from.conversation;
    this.#commit = from.commit;
  }

  get isUnfinished(): boolean {
    const move = next(this.conversation);
    return move === 'tools' || (move === 'model' && this.conversation.messages.at(-1)?.interrupted !== true);
  }

  async say(text: string, files: readonly ContentPart[] = []): Promise<void> {
    this.conversation.say(files.length === 0 ? text : [{ type: 'text', text }, ...files]);
  }

  decide(call: ToolCall, decision: Decision): Promise<DecisionAnswer> {
    const by = userName();
    const options = { commit: this.#commit, ...(by !== undefined && { by }) };
    return this.#chat.decide(this.conversation, call, decision, options);
  }

  async *advance(how?: 'retry'): AsyncGenerator<ChatEvent> {
    const running = (this.#running = new AbortController());
    const options = { signal: running.signal, commit: this.#commit, continue: how === 'retry' };
    try {
      yield* this.#chat.stream(this.conversation, options);
    } finally {
      this.#running = undefined;
    }
  }

  stop(): boolean {
    if (!this.#running || this.#running.signal.aborted) return false;
    this.#running.abort(new DOMException('You stopped it.', 'AbortError'));
    return true;
  }

  leave(): void {
    this.stop();
  }

  alarm(): Alarm {
    return alarmFor(this.conversation);
  }

  /** Nobody else has it. */
  elsewhere(): undefined {
    return undefined;
  }
}
