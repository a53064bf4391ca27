import type { ModelEvent } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { isObject } from '../../conversation/json.ts';
import { errorOf } from '../../wire/error.ts';
import type { Decoder } from '../../wire/read.ts';
import type { DecoderOptions, ModelId } from '../connection.ts';
import { reasonFor } from '../finish-reason.ts';
import type { FinishReasons } from '../finish-reason.ts';
import { argumentsText } from '../json-text.ts';
import { usageOf } from './usage.ts';

type Members = Record<string, unknown>;

/**
 * Decodes the lines of `/api/chat`, streamed or whole. Calls come whole, between the words; the line that is `done`
 * ends the answer. An answer without it gets no `finish`.
 */
export class OllamaDecoder implements Decoder<ModelEvent> {
  isDone = false;
  readonly #model: ModelId;
  readonly #secrets: DecoderOptions['secrets'];
  #before: readonly ModelEvent[];
  #hasBegun = false;
  /** What is not JSON: the beginning of a whole answer over several lines, or of a line that was cut. */
  #rest: string | undefined;
  #calls = 0;

  /** `before` comes before the first event, and no error tells any of the `secrets`. */
  constructor(model: ModelId, { before = [], secrets = () => [] }: Partial<DecoderOptions> = {}) {
    this.#model = model;
    this.#before = before;
    this.#secrets = secrets;
  }

  push(line: string, _name: string, events: ModelEvent[]): void {
    this.#begin(events);
    if (this.isDone) return;
    if (this.#rest !== undefined) {
      if (this.#hasBegun) throw this.#malformed();
      this.#rest += `\n${line}`;
      return;
    }
    const chunk = parsed(line);
    if (chunk === undefined) this.#rest = line;
    else this.#chunk(chunk, events);
  }

  end(events: ModelEvent[]): void {
    this.#begin(events);
    if (this.#rest === undefined || this.#hasBegun) return;
    const whole = parsed(this.#rest);
    if (whole !== undefined) return this.#chunk(whole, events);
    // Half an object is a cut answer; anything else never was one.
    if (!/^\s*\{/.test(this.#rest)) throw this.#malformed();
  }

  #begin(events: ModelEvent[]): void {
    if (this.#before.length === 0) return;
    events.push(...this.#before);
    this.#before = [];
  }

  get #what(): string {
    return `Asking ${this.#model.provider}/${this.#model.model}`;
  }

  #malformed(): ChatError {
    return new ChatError('invalid-response', `${this.#what}: the answer is not JSON.`, { retryable: true });
  }

  #chunk(chunk: unknown, events: ModelEvent[]): void {
    this.#hasBegun = true;
    if (!isObject(chunk)) return;
    const { message, done } = chunk;
    if (isError(chunk)) throw errorOf({ what: this.#what, secrets: this.#secrets(), value: chunk });
    if (isObject(message)) this.#message(message, events);
    if (done === true) this.#finish(chunk, events);
  }

  #message({ thinking, content, tool_calls: calls }: Members, events: ModelEvent[]): void {
    if (typeof thinking === 'string' && thinking !== '') events.push({ type: 'reasoning', delta: thinking });
    if (typeof content === 'string' && content !== '') events.push({ type: 'text', delta: content });
    if (!Array.isArray(calls)) return;
    for (const call of calls) if (isObject(call)) this.#call(call, events);
  }

  #call({ id, function: called }: Members, events: ModelEvent[]): void {
    const { name, arguments: given } = isObject(called) ? called : {};
    events.push({
      type: 'call',
      key: this.#calls,
      ...(typeof id === 'string' && id !== '' && { id }),
      name: typeof name === 'string' ? name : '',
      // The text is made here, once, and kept: on the wire arguments are an object.
      arguments: argumentsText(given) || '{}',
    });
    this.#calls += 1;
  }

  #finish(chunk: Members, events: ModelEvent[]): void {
    const { done_reason: raw, model } = chunk;
    const usage = usageOf(chunk);
    if (usage) events.push({ type: 'usage', usage });
    const reason = typeof raw === 'string' && raw !== '' ? reasonFor(raw, reasons) : 'stop';
    events.push({
      type: 'finish',
      reason: reason === 'stop' && this.#calls > 0 ? 'tool-calls' : reason,
      ...(typeof raw === 'string' && { raw }),
      ...(typeof model === 'string' && model !== '' && { model }),
    });
    this.isDone = true;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A line of the server's own, or what something between us and it said instead. */
function isError({ error, message, detail }: Members): boolean {
  return Boolean(error) || typeof message === 'string' || (message === undefined && detail !== undefined);
}

const reasons: FinishReasons = { stop: 'stop', load: 'stop', length: 'length' };
