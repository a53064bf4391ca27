import { ChatError } from '../../../conversation/error.ts';
import { newId } from '../../../conversation/id.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Message, ModelName } from '../../../conversation/message.ts';

/** What is known of messages from elsewhere beside what stands in them. */
export interface PastOptions<Given> {
  /** When a message was said, in milliseconds since the epoch. Default: now. */
  readonly at?: (message: Given, index: number) => number;
  /** Which model has answered. Default: none is named. */
  readonly model?: ModelName;
}

/** Messages from elsewhere as they become ours: ids are unique, and every answer is over. */
export class Past<Given> {
  readonly messages: Message[] = [];
  readonly at: (message: Given, index: number) => number;
  readonly #model: ModelName | undefined;
  readonly #ids = new Set<string>();

  /** Throws `ChatError` `format` where a message has no role, or nothing under `content`. */
  constructor(given: unknown, content: 'parts' | 'content', { at, model }: PastOptions<Given>) {
    const now = Date.now();
    this.at = at ?? (() => now);
    this.#model = model;
    if (!Array.isArray(given)) throw wrong('they are no list');
    given.forEach((message: unknown, index) => {
      const held = isObject(message) && typeof message['role'] === 'string' ? message[content] : undefined;
      if (Array.isArray(held) || (content === 'content' && typeof held === 'string')) return;
      throw wrong(`message ${index} has no \`role\` or no \`${content}\``);
    });
  }

  /** Adds a message; one that shares its id, as the steps of an answer do, gets one of its own. */
  add(message: Message): void {
    const id = this.#unique(message.id);
    const calls = message.parts.some((part) => part.type === 'tool' && !part.call.providerExecuted);
    const answer = { finish: calls ? 'tool-calls' : 'stop', ...(this.#model && { model: this.#model }) } as const;
    this.messages.push({ ...message, id, ...(message.role === 'assistant' && answer) });
  }

  /** The id of a call, or a new one where it was used before: providers repeat theirs. */
  callId(given: unknown): string {
    return this.#unique(`${given}`);
  }

  #unique(given: string): string {
    const id = given && given !== 'undefined' && !this.#ids.has(given) ? given : newId();
    this.#ids.add(id);
    return id;
  }
}

function wrong(why: string): ChatError {
  return new ChatError('format', `Reading messages of the AI SDK: ${why}.`);
}
