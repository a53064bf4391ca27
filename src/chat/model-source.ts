import type { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import type { FinishReason } from '../conversation/message.ts';
import type { ModelUsage } from '../conversation/usage.ts';
import type { Model, ModelCall, ModelEvent, ModelRequest } from './model.ts';

/** How a model said that it was finished. */
export interface Finish {
  readonly reason: FinishReason;
  readonly raw?: string;
  readonly model?: string;
  readonly responseId?: string;
}

/**
 * One model call as the events of one message. The reader pulls it read by read, so that a delta passes
 * no generator on its way; errors of the model come out of `next`.
 */
export class ModelSource {
  finish: Finish | undefined;
  usage: ModelUsage | undefined;
  /** Set at the first event. */
  firstAt: number | undefined;
  readonly #conversation: Conversation;
  readonly #message: string;
  readonly #events: AsyncIterator<ModelEvent | readonly ModelEvent[]>;
  readonly #ids = new Map<string | number, string>();
  readonly #parts = new Map<string, number>();
  #partCount = 0;
  #lastType: string | undefined;

  constructor(model: Model, request: ModelRequest, place: { conversation: Conversation; message: string }) {
    this.#conversation = place.conversation;
    this.#message = place.message;
    this.#events = model.stream(request)[Symbol.asyncIterator]();
  }

  /** The events of one read, or `undefined` at the end. */
  async next(): Promise<readonly ChatEvent[] | undefined> {
    const { value, done } = await this.#events.next();
    if (done) return undefined;
    this.firstAt ??= this.#conversation.now();
    const events: ChatEvent[] = [];
    if ('type' in value) this.#translate(value, events);
    else for (const event of value) this.#translate(event, events);
    return events;
  }

  /** Ends the model's stream early. */
  async cancel(): Promise<void> {
    await this.#events.return?.();
  }

  #translate(event: ModelEvent, events: ChatEvent[]): void {
    const message = this.#message;
    switch (event.type) {
      case 'text':
      case 'reasoning': {
        const { type, delta, origin } = event;
        const part = this.#partOf(type, event.part);
        events.push(origin ? { type, message, part, delta, origin } : { type, message, part, delta });
        return;
      }
      case 'tool-input':
        events.push({ type: 'tool-input', message, id: this.#idOf(event.key), name: event.name, delta: event.delta });
        return;
      case 'call':
        events.push(this.#added(event));
        return;
      case 'part':
        events.push({ type: event.value.type, message, part: this.#nextPart(event.value.type), value: event.value });
        return;
      case 'usage':
        this.usage = event.usage;
        return;
      case 'finish':
        this.finish = event;
        return;
      case 'warning':
        events.push(event);
        return;
    }
  }

  /** A new part begins when the kind changes, or where the wire numbers its parts. */
  #partOf(type: 'text' | 'reasoning', number: number | undefined): number {
    if (number === undefined) return type === this.#lastType ? this.#partCount - 1 : this.#nextPart(type);
    const key = `${type} ${number}`;
    let part = this.#parts.get(key);
    if (part === undefined) this.#parts.set(key, (part = this.#nextPart(type)));
    return part;
  }

  #nextPart(type: string): number {
    this.#lastType = type;
    this.#partCount += 1;
    return this.#partCount - 1;
  }

  #idOf(key: string | number): string {
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.#conversation.newId()));
    return id;
  }

  #added({ key, id, name, arguments: text, incomplete, providerExecuted, origin }: ModelCall): ChatEvent {
    const call = {
      id: key === undefined ? this.#conversation.newId() : this.#idOf(key),
      ...(id !== undefined && { providerId: id }),
      name,
      arguments: text,
      revision: 1,
      ...(providerExecuted && { providerExecuted }),
      ...(incomplete && { incomplete }),
      state: 'proposed',
    } as const;
    const part = this.#nextPart('tool');
    return { type: 'tool', message: this.#message, part, call, ...(origin && { origin }) };
  }
}
