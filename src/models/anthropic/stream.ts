import type { ModelEvent } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Decoder } from '../../wire/read.ts';
import type { DecoderOptions } from '../connection.ts';
import { EventJson } from '../event-json.ts';
import type { Hole } from '../event-template.ts';
import { isFilled } from '../json-text.ts';
import { Blocks } from './blocks.ts';
import type { MessagesWire } from './family.ts';
import { finishReasonOf } from './finish.ts';
import { mergedUsage, usageOf } from './usage.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Decodes Anthropic Messages, streamed or whole. Events and blocks of types that it does not know mean nothing.
 * An answer without a stop reason and without its last event gets no `finish`; what follows the last event is not read.
 */
export class MessagesDecoder implements Decoder<ModelEvent> {
  isDone = false;
  readonly #wire: MessagesWire;
  readonly #told: Partial<DecoderOptions>;
  readonly #json: EventJson;
  #before: readonly ModelEvent[];
  #blocks: Blocks;
  #usage: unknown;
  #hasBegun = false;
  #stopReason: string | undefined;
  #container: unknown;
  #model: string | undefined;
  #responseId: string | undefined;

  /** `before` comes before the first event, and no error tells any of the `secrets`. */
  constructor(wire: MessagesWire, told: Partial<DecoderOptions> = {}) {
    this.#wire = wire;
    this.#told = told;
    this.#json = new EventJson(wire, told, pieceIn);
    this.#before = told.before ?? [];
    this.#blocks = new Blocks(wire, told.request);
  }

  push(data: string, name: string, events: ModelEvent[]): void {
    if (this.#before.length > 0) this.#begin(events);
    this.#json.throwIfMalformed();
    if (this.isDone || data === '' || data === '[DONE]') return;
    const event = this.#json.parse(data, name, events);
    if (isObject(event)) this.#event(event, name, events);
  }

  get isEnough(): boolean {
    return this.#stopReason !== undefined && !this.#json.isMalformed;
  }

  end(events: ModelEvent[]): void {
    this.#begin(events);
    if (!this.isDone) this.#finish(events);
  }

  #begin(events: ModelEvent[]): void {
    events.push(...this.#before);
    this.#before = [];
  }

  #event(event: Members, name: string, events: ModelEvent[]): void {
    const { type, index, delta, content_block: block } = event;
    const place = typeof index === 'number' ? index : 0;
    switch (type) {
      case 'content_block_delta':
        if (isObject(delta)) this.#blocks.delta(place, delta, events);
        return;
      case 'content_block_start':
        if (isObject(block)) this.#start(place, block, events);
        return;
      case 'content_block_stop':
        return this.#blocks.stop(place, events);
      case 'message_start':
        return this.#messageStart(event, events);
      case 'message_delta':
        return this.#messageDelta(event, events);
      case 'message_stop':
        this.isDone = true;
        return this.#finish(events);
      case 'message':
        return this.#whole(event, events);
    }
    if (type === 'error' || name === 'error' || event['error']) throw this.#json.error({ value: event });
  }

  #messageStart({ message, input_transformations: changes }: Members, events: ModelEvent[]): void {
    if (!isObject(message)) return;
    if (this.#hasBegun) {
      // A server between us and the model asked it again.
      events.push({ type: 'reset', reason: 'the answer began anew' });
      this.#blocks = new Blocks(this.#wire, this.#told.request);
    }
    this.#hasBegun = true;
    this.#identify(message);
    this.#usage = message['usage'];
    this.#dropped(changes ?? message['input_transformations'], events);
  }

  #identify({ id, model }: Members): void {
    if (typeof id === 'string' && id !== '') this.#responseId = id;
    if (typeof model === 'string' && model !== '') this.#model = model;
  }

  /** Thinking that the provider did not read any more. */
  #dropped(changes: unknown, events: ModelEvent[]): void {
    if (!Array.isArray(changes) || changes.length === 0) return;
    const { provider, model } = this.#wire;
    const reason = `${provider}/${model} did not read ${changes.length} pieces of earlier thinking: they are another model's, or what came before them has changed.`;
    events.push({ type: 'warning', reason });
  }

  #start(index: number, block: Members, events: ModelEvent[]): void {
    const { type, to } = block;
    // Another model took over.
    if (type === 'fallback' && isObject(to)) this.#identify({ model: to['model'] });
    this.#blocks.start(index, block, events);
  }

  #messageDelta({ delta, usage }: Members, events: ModelEvent[]): void {
    if (isObject(usage)) this.#tellUsage(usage, events);
    if (isObject(delta)) this.#stopped(delta, events);
  }

  /** Only the end of an answer knows what it cost: a cut one has not reported (rule L5). */
  #tellUsage(usage: unknown, events: ModelEvent[]): void {
    const raw = mergedUsage(this.#usage, usage);
    this.#usage = raw;
    if (Object.keys(raw).length > 0) events.push({ type: 'usage', usage: usageOf(raw) });
  }

  #stopped({ stop_reason: reason, stop_details: details, container }: Members, events: ModelEvent[]): void {
    if (typeof reason === 'string' && reason !== '') this.#stopReason = reason;
    if (isObject(container)) this.#container = container;
    const explanation = isObject(details) && details['type'] === 'refusal' ? details['explanation'] : undefined;
    if (typeof explanation !== 'string' || explanation === '') return;
    events.push({ type: 'part', value: { type: 'data', name: 'refusal', data: explanation } });
  }

  /** An answer that was not streamed. */
  #whole(message: Members, events: ModelEvent[]): void {
    const { content, usage } = message;
    this.#messageStart({ message }, events);
    const blocks = Array.isArray(content) ? content.filter(isObject) : [];
    for (const [index, block] of blocks.entries()) {
      this.#start(index, block, events);
      this.#blocks.stop(index, events);
    }
    if (isObject(usage)) this.#tellUsage(usage, events);
    this.#stopped(message, events);
    this.isDone = true;
    this.#finish(events);
  }

  #finish(events: ModelEvent[]): void {
    const raw = this.#stopReason;
    const isOver = raw !== undefined || this.isDone;
    const reason = finishReasonOf(raw) ?? 'stop';
    const isCut = !isOver || (reason !== 'stop' && reason !== 'tool-calls');
    this.#blocks.end({ isCut, container: this.#container }, events);
    if (!isOver) return;
    events.push({
      type: 'finish',
      reason: reason === 'stop' && this.#blocks.hasCalls ? 'tool-calls' : reason,
      ...(raw !== undefined && { raw }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#responseId !== undefined && { responseId: this.#responseId }),
    });
  }
}

/** Where the piece of text stands that an event brings. */
function pieceIn(event: unknown): Hole | undefined {
  const delta = isObject(event) && event['type'] === 'content_block_delta' ? event['delta'] : undefined;
  if (!isObject(delta)) return undefined;
  const name = pieces.find((name) => isFilled(delta[name]));
  return name && { holder: delta, name };
}

const pieces = ['text', 'thinking'] as const;
