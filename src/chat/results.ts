import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Due } from './due.ts';
import type { Execution, Stage } from './execution.ts';
import { settled } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** Where running calls tell what they do: it becomes due, and a pass commits it. */
export class Results implements Stage {
  readonly progress: Stage['progress'];
  readonly #conversation: Conversation;
  readonly #put: (due: Due) => void;

  constructor(
    conversation: Conversation,
    told: { readonly progress: Stage['progress']; readonly put: (due: Due) => void },
  ) {
    this.#conversation = conversation;
    this.progress = told.progress;
    this.#put = told.put;
  }

  /** The value becomes the last part of the message that holds the call. */
  emit({ call }: Execution, value: Parameters<Stage['emit']>[1]): void {
    const make: Due['make'] = (before) => {
      const message = this.#conversation.messageOf(call.id);
      if (!message) return [];
      const part =
        message.parts.length + before.filter((event) => event.type === 'data' && event.message === message.id).length;
      return [{ type: 'data', message: message.id, part, value: { type: 'data', ...value } }];
    };
    this.#put({ make });
  }

  settled(execution: Execution, outcome: Outcome): void {
    this.#put({ make: () => this.#outcome(execution, outcome), settles: execution });
  }

  /** It had been given up, and perhaps the run is over; what it says is not dropped (rule E3). */
  late(execution: Execution, outcome: Outcome): void {
    this.#conversation.journal.record(() => this.#outcome(execution, outcome));
  }

  #outcome({ call: { id, attempt } }: Execution, outcome: Outcome): readonly ChatEvent[] {
    const call = this.#conversation.findCall(id);
    const change = call && settled(call, { attempt: attempt?.number ?? 1, outcome, now: this.#conversation.now() });
    return change ? [{ type: 'tool', call: change }] : [];
  }
}
