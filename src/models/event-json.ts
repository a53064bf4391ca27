import { ChatError } from '../conversation/error.ts';
import { errorOf } from '../wire/error.ts';
import type { DecoderOptions, ModelId } from './connection.ts';
import { EventTemplate } from './event-template.ts';
import type { PieceIn } from './event-template.ts';

/** So many events come with one read before a template is worth its making; and so many are made for one answer. */
const manyAtOnce = 8;
const mostTemplates = 8;

/** A longer event is no piece of a text. */
const longest = 4_096;

/** The JSON of an answer's events: parsed, or found wrong. */
export class EventJson {
  readonly #model: ModelId;
  readonly #secrets: DecoderOptions['secrets'] | undefined;
  readonly #pieceIn: PieceIn;
  #malformed: ChatError | undefined;
  #template: EventTemplate | undefined;
  #templates = 0;

  /** `pieceIn` finds the text in an event. Such an event is the same object as the one before: nothing may be kept of it but its text. */
  constructor(model: ModelId, { secrets }: Partial<DecoderOptions>, pieceIn: PieceIn) {
    this.#model = model;
    this.#secrets = secrets;
    this.#pieceIn = pieceIn;
  }

  /** Whether something that is not JSON has come. It is an error when something follows; at the end of the body it is a cut answer. */
  get isMalformed(): boolean {
    return this.#malformed !== undefined;
  }

  throwIfMalformed(): void {
    if (this.#malformed) throw this.#malformed;
  }

  /** The event of these data; `events` are those of the same read so far, and all is as in `Decoder.push`. */
  parse(data: string, name: string, events: readonly unknown[]): unknown {
    const alike = this.#template?.read(data);
    if (alike !== undefined) return alike;
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      if (name === 'error') throw this.error({ text: data });
      const reason = `${this.#what}: the answer is not JSON.`;
      if (name !== 'unframed') this.#malformed = new ChatError('invalid-response', reason, { retryable: true });
      return undefined;
    }
    if (events.length >= manyAtOnce && this.#templates < mostTemplates && data.length < longest)
      this.#learn(data, event);
    return event;
  }

  error(told: { readonly text: string } | { readonly value: unknown }): ChatError {
    return errorOf({ what: this.#what, secrets: this.#secrets?.() ?? [], ...told });
  }

  get #what(): string {
    return `Asking ${this.#model.provider}/${this.#model.model}`;
  }

  #learn(data: string, event: unknown): void {
    if (!this.#pieceIn(event)) return;
    this.#templates += 1;
    this.#template = EventTemplate.of(data, event, this.#pieceIn);
  }
}
