import type { ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { errorOf } from '../../wire/error.ts';
import type { Decoder } from '../../wire/read.ts';
import type { DecoderOptions } from '../connection.ts';
import { finishReasonOf, reasonName } from './finish.ts';
import { Grounding } from './grounding.ts';
import { AnswerParts } from './parts.ts';
import type { GoogleWire } from './quirks.ts';
import { RawArguments } from './raw-arguments.ts';
import { isCounted, usageOf } from './usage.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Decodes `generateContent` as it is streamed, as one list, or whole. Usage and `finish` come at the very end: an answer
 * may go on after a finish reason, when a tool of Google's ran in between. One without finish reason gets no `finish`.
 */
export class GoogleDecoder implements Decoder<ModelEvent> {
  readonly #wire: GoogleWire;
  readonly #told: Partial<DecoderOptions>;
  readonly #parts: AnswerParts;
  readonly #grounding = new Grounding();
  #before: readonly ModelEvent[];
  /** Text that is not whole JSON yet: a list that is not framed comes in lines. */
  #unparsed = '';
  #malformed: ChatError | undefined;
  #finish: string | undefined;
  #isFinished = false;
  #isBlocked = false;
  #hasEnded = false;
  #usage: Members | undefined;
  #model: string | undefined;
  #responseId: string | undefined;

  /** `before` comes before the first event, and no error tells any of the `secrets`. */
  constructor(wire: GoogleWire, told: Partial<DecoderOptions> = {}) {
    this.#wire = wire;
    this.#told = told;
    this.#before = told.before ?? [];
    this.#parts = new AnswerParts(wire, told.request);
  }

  get isDone(): boolean {
    return this.#isFinished && !this.#parts.provider.isRunning;
  }

  push(data: string, name: string, events: ModelEvent[]): void {
    if (this.#before.length > 0) this.#begin(events);
    if (this.#malformed) throw this.#malformed;
    if (data === '') return;
    if (data.charCodeAt(0) === openBracket && data.trim() === '[DONE]') {
      this.#hasEnded = true;
      return;
    }
    const text = name === 'unframed' ? this.#unparsed + data : data;
    const chunk = this.#parse(text, name);
    if (chunk === undefined && name === 'error') throw this.#error({ text }, events);
    const raw = new RawArguments(text);
    for (const one of Array.isArray(chunk) ? chunk : [chunk]) {
      if (!isObject(one)) continue;
      if (one['error'] || name === 'error') throw this.#error({ value: one }, events);
      this.#chunk(one, raw, events);
    }
  }

  end(events: ModelEvent[]): void {
    this.#begin(events);
    const raw = this.#finish;
    const isOver = raw !== undefined || this.#isBlocked || this.#hasEnded;
    this.#parts.end(!isOver || raw === 'MAX_TOKENS', events);
    this.#grounding.end(this.#parts.provider, events);
    this.#tellUsage(events);
    if (!isOver) return;
    const reason = finishReasonOf(raw ?? 'STOP', this.#parts.hasCalls);
    events.push({
      type: 'finish',
      reason: this.#isBlocked && raw === undefined ? 'content-filter' : reason,
      ...(raw !== undefined && { raw }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#responseId !== undefined && { responseId: this.#responseId }),
    });
  }

  #begin(events: ModelEvent[]): void {
    events.push(...this.#before);
    this.#before = [];
  }

  /** A list without framing comes in pieces, one for each item: what stands around an item is no part of it. */
  #parse(text: string, name: string): unknown {
    const isFramed = name !== 'unframed';
    let value = parse(text);
    if (value === undefined && !isFramed) value = parse(text.replace(aroundItem, ''));
    if (!isFramed) this.#unparsed = value === undefined ? `${text}\n` : '';
    // What is not JSON is an error when something follows; at the end of the body it is a cut answer.
    else if (value === undefined && name !== 'error') this.#malformed = this.#notJson();
    return value;
  }

  #notJson(): ChatError {
    return new ChatError('invalid-response', `${this.#what}: the answer is not JSON.`, { retryable: true });
  }

  get #what(): string {
    return `Asking ${this.#wire.provider}/${this.#wire.model}`;
  }

  #error(told: { readonly text: string } | { readonly value: unknown }, events: ModelEvent[]): ChatError {
    this.#tellUsage(events);
    return errorOf({ what: this.#what, secrets: this.#told.secrets?.() ?? [], ...told });
  }

  #chunk(chunk: Members, raw: RawArguments, events: ModelEvent[]): void {
    const { candidates, usageMetadata: usage, promptFeedback: feedback } = chunk;
    if (this.#responseId === undefined) this.#identify(chunk);
    if (isObject(usage) && isCounted(usage)) this.#usage = usage;
    if (Array.isArray(candidates)) {
      for (const one of candidates) if (isObject(one) && !one['index']) this.#candidate(one, raw, events);
    }
    if (isObject(feedback)) this.#blocked(feedback, events);
  }

  #identify({ responseId, modelVersion }: Members): void {
    if (typeof responseId === 'string' && responseId !== '') this.#responseId = responseId;
    if (typeof modelVersion === 'string' && modelVersion !== '') this.#model = modelVersion;
  }

  #candidate(candidate: Members, raw: RawArguments, events: ModelEvent[]): void {
    const { content, finishReason, finishMessage } = candidate;
    const parts = isObject(content) ? content['parts'] : undefined;
    if (Array.isArray(parts)) for (const part of parts) if (isObject(part)) this.#parts.take(part, raw, events);
    this.#grounding.take(candidate);
    const reason = reasonName(finishReason);
    this.#isFinished = reason !== undefined;
    if (reason === undefined) return;
    this.#finish = reason;
    if (reason === 'STOP' || typeof finishMessage !== 'string') return;
    events.push({ type: 'warning', reason: `${this.#what} ended with ${reason}: ${finishMessage}` });
  }

  /** A question that was refused has no candidates, only the reason. */
  #blocked({ blockReason, blockReasonMessage: message }: Members, events: ModelEvent[]): void {
    const reason = reasonName(blockReason);
    if (reason === undefined && typeof message !== 'string') return;
    this.#isBlocked = true;
    this.#isFinished = true;
    const words = [reason, message].filter((word) => typeof word === 'string' && word !== '');
    events.push({ type: 'warning', reason: `${this.#what}: the question was blocked (${words.join(': ')}).` });
  }

  #tellUsage(events: ModelEvent[]): void {
    if (this.#usage) events.push({ type: 'usage', usage: usageOf(this.#usage) });
    this.#usage = undefined;
  }
}

const openBracket = 91;

/** What stands before and behind an item of a list. */
const aroundItem = /^\s*[[,]\s*|\s*[\],]\s*$/g;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
