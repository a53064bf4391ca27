import type { ModelEvent } from '../../../chat/model.ts';
import type { ChatError } from '../../../conversation/error.ts';
import { isObject } from '../../../conversation/json.ts';
import type { FinishReason } from '../../../conversation/message.ts';
import type { Decoder } from '../../../wire/read.ts';
import type { DecoderOptions } from '../../connection.ts';
import { EventJson } from '../../event-json.ts';
import type { Hole } from '../../event-template.ts';
import { reasonFor } from '../../finish-reason.ts';
import type { FinishReasons } from '../../finish-reason.ts';
import { textIn } from '../../json-text.ts';
import type { Members } from './growing.ts';
import { OutputItems } from './items.ts';
import type { ResponsesWire } from './quirks.ts';
import { usageOf } from './usage.ts';

/**
 * Decodes Responses as its servers send it, streamed or whole. What the end of the answer holds is told only where it was
 * not told before: some servers leave it empty. An answer without its end gets no `finish`.
 */
export class ResponsesDecoder implements Decoder<ModelEvent> {
  isDone = false;
  readonly #json: EventJson;
  readonly #items: OutputItems;
  #before: readonly ModelEvent[];
  #response: Members = {};
  /** How the answer ended, as the server says it. */
  #end: { readonly raw: string; readonly reason: FinishReason } | undefined;
  #failure: ChatError | undefined;

  /** `before` comes before the first event, and no error tells any of the `secrets`. */
  constructor(wire: ResponsesWire, told: Partial<DecoderOptions> = {}) {
    this.#json = new EventJson(wire, told, pieceIn);
    this.#items = new OutputItems(wire, told.request);
    this.#before = told.before ?? [];
  }

  push(data: string, name: string, events: ModelEvent[]): void {
    if (this.#before.length > 0) this.#begin(events);
    this.#json.throwIfMalformed();
    if (data === '' || this.#end) return;
    if (data.charCodeAt(0) === openBracket && data.trim() === '[DONE]') return;
    const event = this.#json.parse(data, name, events);
    if (isObject(event)) this.#event(event, name, events);
  }

  end(events: ModelEvent[]): void {
    this.#begin(events);
    if (this.#failure) throw this.#failure;
    this.#items.end(events);
    const { refusal, hasCalls } = this.#items;
    if (refusal !== '') events.push({ type: 'part', value: { type: 'data', name: 'refusal', data: refusal } });
    if (!this.#end) return;
    const { raw, reason } = this.#end;
    const { id, model } = this.#response;
    const called = reason === 'stop' && hasCalls ? 'tool-calls' : reason;
    events.push({
      type: 'finish',
      reason: refusal === '' ? called : 'refusal',
      raw,
      ...(typeof model === 'string' && model !== '' && { model }),
      ...(typeof id === 'string' && id !== '' && { responseId: id }),
    });
  }

  #begin(events: ModelEvent[]): void {
    if (this.#before.length === 0) return;
    events.push(...this.#before);
    this.#before = [];
  }

  #event(event: Members, name: string, events: ModelEvent[]): void {
    const type = event['type'] ?? (name === 'unframed' ? '' : name);
    const items = this.#items;
    switch (type) {
      case 'response.output_text.delta':
        return items.append('text', event, events);
      case 'response.reasoning_summary_text.delta':
        return items.append('summary', event, events);
      case 'response.reasoning_text.delta':
        return items.append('reasoning', event, events);
      case 'response.refusal.delta':
        return items.append('refusal', event, events);
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
      case 'response.mcp_call_arguments.delta':
        return items.write(event, events);
      case 'response.code_interpreter_call_code.delta':
        return items.writeCode(event, events);
      case 'response.mcp_call_arguments.done':
      case 'response.code_interpreter_call_code.done':
        return items.call(event, events);
      case 'response.output_item.added':
        return items.begin(event, events);
      case 'response.output_item.done':
        return items.finish(event, events);
    }
    if (textIn(type).startsWith('response.')) {
      const response = event['response'];
      if (isObject(response)) this.#answer({ ...response, status: statusOf(response, type) }, events);
    } else if (type === 'error' || event['error'] || event['detail'] || event['message']) this.#fail(event);
    // A server that was asked for a stream and answers whole.
    else if (Array.isArray(event['output'])) this.#answer(event, events);
  }

  /** What is wrong may be told twice, and better the second time. */
  #fail(value: unknown): void {
    this.#failure = this.#json.error({ value });
    this.isDone = true;
  }

  /** The answer as a whole: at its beginning, now and then, and at its end. */
  #answer(response: Members, events: ModelEvent[]): void {
    this.#response = response;
    const { status, output, usage, error, incomplete_details: details } = response;
    if (status === 'queued' || status === 'in_progress') return;
    if (isObject(usage)) events.push({ type: 'usage', usage: usageOf(usage) });
    if (status === 'failed' || status === 'cancelled' || error) {
      return this.#fail({ error: error ?? { message: `the answer is ${String(status)}` } });
    }
    this.#items.finishAll(output, events);
    const why = status === 'incomplete' && isObject(details) ? details['reason'] : undefined;
    const raw = textIn(why) || textIn(status) || 'completed';
    this.#end = { raw, reason: reasonFor(raw, reasons) };
    this.isDone = true;
  }
}

const openBracket = 91;

/** Where the piece of text stands that an event brings. */
function pieceIn(event: unknown): Hole | undefined {
  return isObject(event) && pieces.has(event['type']) ? { holder: event, name: 'delta' } : undefined;
}

const pieces: ReadonlySet<unknown> = new Set([
  'response.output_text.delta',
  'response.reasoning_summary_text.delta',
  'response.reasoning_text.delta',
]);

/** How an answer stands: it may say so itself, else its event does. One that is not known is no end. */
function statusOf({ status }: Members, type: unknown): string {
  return textIn(status) || (ends.get(type) ?? 'in_progress');
}

const ends = new Map<unknown, string>([
  ['response.completed', 'completed'],
  ['response.done', 'completed'],
  ['response.incomplete', 'incomplete'],
  ['response.failed', 'failed'],
  ['response.cancelled', 'cancelled'],
]);

const reasons: FinishReasons = {
  completed: 'stop',
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};
