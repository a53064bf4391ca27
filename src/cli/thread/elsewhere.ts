import type { Conversation } from '../../conversation/conversation.ts';
import type { Decision, DecisionRecord } from '../../conversation/decision.ts';
import type { ChatEvent } from '../../conversation/event.ts';
import { textOf } from '../../conversation/message.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { clip, visible } from '../../wire/plain-text.ts';

/** Tells what others say and decide in a thread that is also talked in here. */
export class Elsewhere {
  readonly #conversation: Conversation;
  /** Messages that were said here, or are known. */
  readonly #said: Set<string>;
  /** How many decisions about each call are known. */
  readonly #decided = new Map<string, number>();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    this.#said = new Set(conversation.messages.map(({ id }) => id));
    for (const { parts } of conversation.messages) {
      for (const part of parts) if (part.type === 'tool') this.decidedHere(part.call);
    }
  }

  saidHere(message: string): void {
    this.#said.add(message);
  }

  /** As the call stands behind the decision. */
  decidedHere({ id, decisions = [] }: ToolCall): void {
    this.#decided.set(id, decisions.length);
  }

  /** What an event tells of others, once it is folded; nothing when it is from here, or from the model. */
  told(event: ChatEvent): string | undefined {
    switch (event.type) {
      case 'message': {
        const { message } = event;
        if (message.role !== 'user' || this.#said.has(message.id)) return undefined;
        this.#said.add(message.id);
        return `${nameIn(message.author)} said: ${clip(visible(textOf(message)), 1_000)}`;
      }
      case 'tool':
        return this.#toldOf(this.#conversation.findCall(event.call.id));
      default:
        return undefined;
    }
  }

  #toldOf(call: ToolCall | undefined): string | undefined {
    const last = call?.decisions?.at(-1);
    if (!call || !last || call.decisions!.length <= (this.#decided.get(call.id) ?? 0)) return undefined;
    this.decidedHere(call);
    return decisionText(last, call);
  }
}

/** Who has decided what, in a sentence. */
export function decisionText({ decision, by }: DecisionRecord, { name }: ToolCall): string {
  return `${nameIn(by)} ${words[decision.type]} ${visible(name)}, from elsewhere.`;
}

function nameIn(name: string | undefined): string {
  return name === undefined ? 'Somebody' : visible(name);
}

const words: Readonly<Record<Decision['type'], string>> = {
  approve: 'approved',
  reject: 'rejected',
  answer: 'answered',
  snooze: 'put off',
  happened: 'found that it happened:',
  'did-not-happen': 'found that it did not happen:',
  'run-again': 'has it run again:',
  abandon: 'gave up on',
};
