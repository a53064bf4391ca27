import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { Execution, Stage } from './execution.ts';
import { settled } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Bell, Outbox } from './outbox.ts';
import type { ToolClock } from './tool-clock.ts';

/** What started calls said, until a commit takes it. */
export class Results implements Stage {
  readonly #conversation: Conversation;
  readonly #outbox: Outbox<readonly ChatEvent[]>;
  readonly #bell: Bell;
  readonly #clock: ToolClock;
  readonly #settled: { readonly execution: Execution; readonly outcome: Outcome }[] = [];
  readonly #emitted: { readonly call: string; readonly value: Parameters<Stage['emit']>[1] }[] = [];

  constructor(
    conversation: Conversation,
    pass: { readonly outbox: Outbox<readonly ChatEvent[]>; readonly bell: Bell; readonly clock: ToolClock },
  ) {
    this.#conversation = conversation;
    this.#outbox = pass.outbox;
    this.#bell = pass.bell;
    this.#clock = pass.clock;
  }

  /** How many calls have settled. */
  get count(): number {
    return this.#settled.length;
  }

  progress(event: Parameters<Stage['progress']>[0]): void {
    this.#outbox.push([event]);
  }

  emit({ call }: Execution, value: Parameters<Stage['emit']>[1]): void {
    this.#emitted.push({ call: call.id, value });
    this.#bell.ring();
  }

  settled(execution: Execution, outcome: Outcome): void {
    this.#clock.forget(execution);
    this.#settled.push({ execution, outcome });
    this.#bell.ring();
  }

  /** It had been given up; what it says is not dropped (rule E3). */
  late(execution: Execution, outcome: Outcome): void {
    this.#conversation.journal.record(() => this.#outcome(execution, outcome));
  }

  /** A view of what is there now: its events, and what to call when they are committed. */
  look(): { readonly events: () => readonly ChatEvent[]; readonly taken: () => readonly Execution[] } {
    const [outcomes, values] = [this.#settled.length, this.#emitted.length];
    return {
      events: () => [
        ...this.#data(values),
        ...this.#settled.slice(0, outcomes).flatMap(({ execution, outcome }) => this.#outcome(execution, outcome)),
      ],
      taken: () => {
        this.#emitted.splice(0, values);
        return this.#settled.splice(0, outcomes).map(({ execution }) => execution);
      },
    };
  }

  #outcome({ call: { id, attempt } }: Execution, outcome: Outcome): readonly ChatEvent[] {
    const call = this.#conversation.findCall(id);
    const change = call && settled(call, { attempt: attempt?.number ?? 1, outcome, now: this.#conversation.now() });
    return change ? [{ type: 'tool', call: change }] : [];
  }

  /** Each value becomes the last part of the message that holds its call. */
  #data(count: number): readonly ChatEvent[] {
    const added = new Map<string, number>();
    return this.#emitted.slice(0, count).flatMap(({ call, value }) => {
      const message = this.#conversation.messageOf(call);
      if (!message) return [];
      const before = added.get(message.id) ?? 0;
      added.set(message.id, before + 1);
      const part = message.parts.length + before;
      return [{ type: 'data', message: message.id, part, value: { type: 'data', ...value } }];
    });
  }
}
