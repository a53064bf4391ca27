import type { ModelEvent } from '../../../chat/model.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Decoder } from '../../../wire/read.ts';
import type { DecoderOptions } from '../../connection.ts';
import { EventJson } from '../../event-json.ts';
import type { Hole } from '../../event-template.ts';
import { isFilled } from '../../json-text.ts';
import { Calls } from './calls.ts';
import { finishReasonOf } from './finish.ts';
import { annotated, imagesIn, searched } from './part.ts';
import type { ChatWire } from './quirks.ts';
import { usageOf } from './usage.ts';

type Members = Record<string, unknown>;

/**
 * Decodes Chat Completions as all its servers send it, streamed or whole. Calls and `finish` come at the very end:
 * some servers go on after a finish reason, with usage, with an error, or with more of a call.
 * An answer without finish reason and without `[DONE]` gets no `finish`.
 */
export class ChatDecoder implements Decoder<ModelEvent> {
  isDone = false;
  readonly #json: EventJson;
  readonly #calls: Calls;
  #before: readonly ModelEvent[];
  #hasDeltas = false;
  #isWhole = false;
  #refusal = '';
  #finish: string | undefined;
  #nativeFinish: string | undefined;
  #model: string | undefined;
  #responseId: string | undefined;
  #sources: Set<string> | undefined;

  /** `before` comes before the first event, and no error tells any of the `secrets`. */
  constructor(wire: ChatWire, told: Partial<DecoderOptions> = {}) {
    this.#json = new EventJson(wire, told, pieceIn);
    this.#calls = new Calls(wire);
    this.#before = told.before ?? [];
  }

  push(data: string, name: string, events: ModelEvent[]): void {
    if (this.#before.length > 0) this.#begin(events);
    this.#json.throwIfMalformed();
    if (data === '') return;
    if (data.charCodeAt(0) === openBracket && data.trim() === '[DONE]') {
      this.isDone = true;
      return;
    }
    const chunk = this.#json.parse(data, name, events);
    if (isObject(chunk)) this.#chunk(chunk, name, events);
    else if (Array.isArray(chunk)) for (const one of chunk) if (isObject(one)) this.#chunk(one, name, events);
  }

  get isEnough(): boolean {
    return this.#finish !== undefined && !this.#json.isMalformed;
  }

  end(events: ModelEvent[]): void {
    this.#begin(events);
    const raw = this.#finish;
    const isOver = raw !== undefined || this.isDone || this.#isWhole;
    const reason = finishReasonOf(raw) ?? 'stop';
    this.#calls.end(!isOver || reason === 'length' || finishReasonOf(this.#nativeFinish) === 'length', events);
    const refusal = this.#refusal;
    if (refusal !== '') events.push({ type: 'part', value: { type: 'data', name: 'refusal', data: refusal } });
    if (!isOver) return;
    const called = reason === 'stop' && !this.#calls.isEmpty ? 'tool-calls' : reason;
    events.push({
      type: 'finish',
      reason: refusal === '' ? called : 'refusal',
      ...(raw !== undefined && { raw }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#responseId !== undefined && { responseId: this.#responseId }),
    });
  }

  #begin(events: ModelEvent[]): void {
    if (this.#before.length === 0) return;
    events.push(...this.#before);
    this.#before = [];
  }

  #chunk(chunk: Members, name: string, events: ModelEvent[]): void {
    if (this.#responseId === undefined) this.#identify(chunk);
    const { choices, usage, error } = chunk;
    if (error || !choices || name === 'error') this.#withoutChoices(chunk, name, events);
    if (isObject(usage)) events.push({ type: 'usage', usage: usageOf(usage) });
    if (Array.isArray(choices)) {
      for (const choice of choices) if (isObject(choice) && !choice['index']) this.#choice(choice, events);
    }
    if (chunk['x_groq']) this.#usageIn(chunk['x_groq'], events);
    if (chunk['citations'] || chunk['search_results']) this.#cite(chunk, events);
  }

  #identify({ id, model }: Members): void {
    if (typeof id === 'string' && id !== '') this.#responseId = id;
    if (typeof model === 'string' && model !== '') this.#model ??= model;
  }

  #withoutChoices(chunk: Members, name: string, events: ModelEvent[]): void {
    const { error, choices, object, message, detail, usage } = chunk;
    const isTold = !choices && (object === 'error' || typeof message === 'string' || detail !== undefined);
    if (!error && !isTold && name !== 'error') return;
    if (isObject(usage)) events.push({ type: 'usage', usage: usageOf(usage) });
    throw this.#json.error({ value: chunk });
  }

  #usageIn(place: unknown, events: ModelEvent[]): void {
    const usage = isObject(place) ? place['usage'] : undefined;
    if (isObject(usage)) events.push({ type: 'usage', usage: usageOf(usage) });
  }

  #choice(choice: Members, events: ModelEvent[]): void {
    const { delta, message, finish_reason: finish } = choice;
    if (choice['error']) throw this.#json.error({ value: choice });
    if (isObject(delta)) {
      this.#hasDeltas = true;
      this.#delta(delta, events);
    } else if (isObject(message) && !this.#hasDeltas) {
      // A server that was asked for a stream and answers whole.
      this.#isWhole = true;
      this.#delta(message, events);
    }
    if (typeof finish === 'string' && finish !== '') {
      this.#finish = finish;
      const native = choice['native_finish_reason'];
      if (typeof native === 'string') this.#nativeFinish = native;
    }
    // Moonshot reports usage in the choice.
    if (choice['usage']) this.#usageIn(choice, events);
  }

  #delta(delta: Members, events: ModelEvent[]): void {
    const reasoning = reasoningIn(delta);
    if (reasoning !== '') events.push({ type: 'reasoning', delta: reasoning });
    const { content, tool_calls: calls, function_call: legacyCall, refusal, annotations, images } = delta;
    if (typeof content === 'string') {
      if (content !== '') events.push({ type: 'text', delta: content });
    } else if (Array.isArray(content)) {
      for (const part of content) if (isObject(part)) contentPart(part, events);
    }
    if (typeof refusal === 'string') this.#refusal += refusal;
    if (Array.isArray(calls)) this.#calls.take(calls, events);
    else if (isObject(legacyCall)) this.#calls.take([{ index: 0, function: legacyCall }], events);
    if (annotations) for (const value of annotated(annotations)) events.push({ type: 'part', value });
    if (images) for (const value of imagesIn(images)) events.push({ type: 'part', value });
  }

  #cite(chunk: Members, events: ModelEvent[]): void {
    const known = (this.#sources ??= new Set());
    for (const value of searched(chunk)) {
      if (value.url === undefined || known.has(value.url)) continue;
      known.add(value.url);
      events.push({ type: 'part', value });
    }
  }
}

const openBracket = 91;

/** Where the piece of text stands that a chunk brings. */
function pieceIn(chunk: unknown): Hole | undefined {
  const choice = isObject(chunk) && Array.isArray(chunk['choices']) ? (chunk['choices'][0] as unknown) : undefined;
  const delta = isObject(choice) ? choice['delta'] : undefined;
  if (!isObject(delta)) return undefined;
  const name = pieces.find((name) => isFilled(delta[name]));
  return name && { holder: delta, name };
}

const pieces = ['content', 'reasoning_content', 'reasoning'] as const;

/** Three names for the same thing; a server that uses several repeats itself. */
function reasoningIn({ reasoning_content: usual, reasoning, reasoning_details: details }: Members): string {
  if (typeof usual === 'string' && usual !== '') return usual;
  if (typeof reasoning === 'string' && reasoning !== '') return reasoning;
  return Array.isArray(details) ? details.map(detailText).join('') : '';
}

function detailText(detail: unknown): string {
  if (!isObject(detail)) return '';
  const { text, summary } = detail;
  return typeof text === 'string' ? text : typeof summary === 'string' ? summary : '';
}

/** Mistral's pieces: text, and thinking that holds text again. */
function contentPart(part: Members, events: ModelEvent[]): void {
  const { type, text, thinking } = part;
  if (type === 'thinking') {
    const delta =
      typeof thinking === 'string' ? thinking : Array.isArray(thinking) ? thinking.map(detailText).join('') : '';
    if (delta !== '') events.push({ type: 'reasoning', delta });
  } else if (typeof text === 'string' && text !== '') {
    events.push({ type: 'text', delta: text });
  } else if (type === 'image_url') {
    for (const value of imagesIn([part])) events.push({ type: 'part', value });
  }
}
