import { isObject } from '../../../conversation/json.ts';
import type { Message } from '../../../conversation/message.ts';
import type { Part, ReasoningPart } from '../../../conversation/part.ts';
import type { ToolCall } from '../../../conversation/tool-call.ts';
import { callItem, resultItem } from './call.ts';
import type { WireObject } from './file.ts';
import { itemIn, isOfModel, originOf } from './origin.ts';
import { providerItems } from './provider-item.ts';
import type { ResponsesWire } from './quirks.ts';

/** What the rendering of an answer asks and tells. */
export interface TurnPlace {
  idOf(call: ToolCall): string;
  nameOf(call: ToolCall): string;
  warn(reason: string): void;
}

/**
 * The items of an answer in the order in which they came, with the results of its calls behind them. Reasoning goes back
 * with what followed it, or not at all (rule W2): OpenAI refuses it alone.
 */
export function turnItems(message: Message, wire: ResponsesWire, place: TurnPlace): readonly WireObject[] {
  const turn = new Turn(message, wire);
  const results: WireObject[] = [];
  for (const part of message.parts) {
    switch (part.type) {
      case 'text':
        turn.say(part.text, part);
        break;
      case 'data':
        // What a model said instead of an answer when it refused.
        if (part.name === 'refusal' && typeof part.data === 'string') turn.say(part.data, part);
        break;
      case 'reasoning':
        turn.think(part);
        break;
      case 'tool':
        if (part.call.providerExecuted) turn.add(providerItems(part, message, wire));
        else {
          const id = place.idOf(part.call);
          turn.add([callItem(part, { id, name: place.nameOf(part.call) }, wire)], part.call.incomplete);
          results.push(resultItem(part, id, { wire, warn: place.warn }));
        }
        break;
      case 'file':
      case 'source':
        break;
    }
  }
  return [...turn.end(), ...results];
}

/** The items of one answer as they grow. */
class Turn {
  readonly #message: Message;
  readonly #wire: ResponsesWire;
  readonly #items: WireObject[] = [];
  /** Reasoning that waits for what it belongs to. */
  #thought: WireObject[] = [];
  /** The pieces of the message that was said last, as long as nothing came behind it. */
  #said: { readonly content: WireObject[]; readonly phase: unknown } | undefined;

  constructor(message: Message, wire: ResponsesWire) {
    this.#message = message;
    this.#wire = wire;
  }

  /** Text that was cut stands for itself: what was thought before it belongs to the whole. */
  say(text: string, part: Part): void {
    if (text === '') return;
    const isCut = this.#message.interrupted === true && this.#message.parts.at(-1) === part;
    const origin = 'origin' in part && isOfModel(part.origin, this.#wire) ? originOf(part, this.#wire) : undefined;
    const { phase, annotations } = origin ?? {};
    const piece = { type: 'output_text', text, ...(Array.isArray(annotations) && { annotations }) };
    if (this.#said && this.#said.phase === phase && this.#thought.length === 0) {
      this.#said.content.push(piece);
      return;
    }
    const content: WireObject[] = [piece];
    this.add([{ type: 'message', role: 'assistant', content, ...(phase !== undefined && { phase }) }], isCut);
    this.#said = { content, phase };
  }

  think(part: ReasoningPart): void {
    const item = isOfModel(part.origin, this.#wire) ? itemIn(part, this.#wire) : undefined;
    if (!item) return;
    const sent = item['type'] === 'reasoning' ? reasoningItem(item, this.#wire) : undefined;
    if (sent) this.#thought.push(sent);
    // What the provider wants back and nobody sees.
    else if (item['type'] !== 'reasoning') this.add([item]);
    this.#said = undefined;
  }

  /** No items: what was to be sent here is not, and so is not what was thought before it. */
  add(items: readonly WireObject[], isCut = false): void {
    if (items.length > 0 && !isCut) this.#items.push(...this.#thought);
    this.#thought = [];
    this.#said = undefined;
    this.#items.push(...items);
  }

  end(): readonly WireObject[] {
    if (this.#wire.quirks.reasoningBack === 'as-it-came') this.#items.push(...this.#thought);
    return this.#items.map(plain);
  }
}

/**
 * Without its id: what is not stored cannot be found by it, and where a proxy changed it, what is encrypted does not fit it
 * any more. With neither id nor encryption it would say nothing.
 */
function reasoningItem(item: Readonly<Record<string, unknown>>, wire: ResponsesWire): WireObject | undefined {
  const { id, status: _, content, ...rest } = item;
  const said = Array.isArray(content) && content.length > 0 ? { content } : {};
  if (wire.quirks.reasoningBack === 'as-it-came') return { id, ...rest, ...said };
  return typeof rest['encrypted_content'] === 'string' ? { ...rest, ...said } : undefined;
}

/** A message of nothing but text is sent as text, which every server takes. */
function plain(item: WireObject): WireObject {
  const { type, content, ...rest } = item;
  if (type !== 'message' || !Array.isArray(content)) return item;
  const texts: unknown[] = content.map((piece) =>
    isObject(piece) && !piece['annotations'] ? piece['text'] : undefined,
  );
  return texts.every((text) => typeof text === 'string') ? { ...rest, content: texts.join('') } : item;
}
