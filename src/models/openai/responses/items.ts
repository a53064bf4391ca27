import type { ModelEvent, ModelRequest } from '../../../chat/model.ts';
import { isObject } from '../../../conversation/json.ts';
import { textIn } from '../../json-text.ts';
import { finishProviderCall } from './finished-call.ts';
import { GrowingItem } from './growing.ts';
import type { Block, BlockKind, Members } from './growing.ts';
import { useOf } from './kept-item.ts';
import { originWith } from './origin.ts';
import { ownCallOf } from './own-call.ts';
import { providerCallOf } from './provider-call.ts';
import type { ResponsesWire } from './quirks.ts';
import { sourceOf } from './source.ts';

/**
 * The items of an answer, put together from their events and told in their order. An item is found by its place: proxies
 * change ids from event to event. What the end of an item, or of the answer, says is told where the events before did not.
 */
export class OutputItems {
  /** Whether somebody else than the provider has to act now. */
  hasCalls = false;
  refusal = '';
  readonly #wire: ResponsesWire;
  readonly #request: Partial<ModelRequest>;
  readonly #items = new Map<number | string, GrowingItem>();
  readonly #byId = new Map<string, GrowingItem>();
  #parts = 0;

  constructor(wire: ResponsesWire, request: Partial<ModelRequest> = {}) {
    this.#wire = wire;
    this.#request = request;
  }

  /** An item began. */
  begin(event: Members, events: ModelEvent[]): void {
    if (!isObject(event['item'])) return;
    const growing = this.#at(event);
    growing.item = event['item'];
    const { type, arguments: text, input } = growing.item;
    const written = type === 'custom_tool_call' ? input : text;
    if (typeof written === 'string' && type !== 'mcp_approval_request') growing.begin(written);
    growing.tell(this.#nameOf(growing), events);
  }

  /** A piece of a text. */
  append(kind: BlockKind, event: Members, events: ModelEvent[]): void {
    const { delta, content_index: content, summary_index: summary } = event;
    if (typeof delta !== 'string' || delta === '') return;
    const block = this.#blockOf(this.#at(event), kind, kind === 'summary' ? summary : content);
    this.#tell(kind, delta, { block, events });
  }

  /** A piece of a call's arguments. */
  write(event: Members, events: ModelEvent[]): void {
    const growing = this.#at(event);
    const { delta } = event;
    if (typeof delta === 'string') growing.write(delta);
    growing.tell(this.#nameOf(growing), events);
  }

  /** A piece of a program that the provider runs: as the argument that it is. */
  writeCode({ delta, ...event }: Members, events: ModelEvent[]): void {
    const piece = JSON.stringify(textIn(delta)).slice(1, -1);
    const { written } = this.#at(event);
    this.write({ ...event, delta: written === '' ? `{"code":"${piece}` : piece }, events);
  }

  /** The arguments of a call are whole, and the provider begins to run it. */
  call(event: Members, events: ModelEvent[]): void {
    const growing = this.#at(event);
    if (growing.item['type'] === 'code_interpreter_call') {
      if (growing.written === '') return;
      growing.write('"}');
    } else growing.whole(event['arguments']);
    const name = this.#nameOf(growing);
    growing.tell(name, events);
    if (name === undefined || growing.item['approval_request_id']) return;
    const { key, item, written } = growing;
    growing.isCalled = true;
    events.push({ type: 'call', key, ...idIn(item), name, arguments: written, providerExecuted: true });
  }

  /** An item is whole. */
  finish(event: Members, events: ModelEvent[]): void {
    const { item } = event;
    if (!isObject(item)) return;
    const growing = this.#at(event);
    if (growing.isDone) return;
    growing.isDone = true;
    growing.item = item;
    switch (item['type']) {
      case 'message':
        return this.#finishMessage(growing, events);
      case 'reasoning':
        return this.#finishReasoning(growing, events);
      case 'function_call':
      case 'custom_tool_call':
        return this.#finishCall(growing, events);
    }
    if (item['type'] === 'mcp_approval_request') this.hasCalls = true;
    if (finishProviderCall(growing, { wire: this.#wire, request: this.#request, events })) return;
    const use = useOf(item);
    if (use === 'kept') this.#keep(growing, this.#nextPart(), events);
    else if (use === 'refused') {
      const { provider, model } = this.#wire;
      const type = textIn(item['type']);
      events.push({ type: 'warning', reason: `${provider}/${model} asked for a ${type}, which nobody here can do.` });
    }
  }

  /** What the end of the answer has of items that were not told whole. */
  finishAll(output: unknown, events: ModelEvent[]): void {
    const done = new Set<unknown>();
    for (const { isDone, item } of this.#items.values()) if (isDone) done.add(item['id']);
    for (const [index, item] of (Array.isArray(output) ? output : []).entries()) {
      const id: unknown = isObject(item) ? item['id'] : undefined;
      if (id === undefined || !done.has(id)) this.finish({ output_index: index, item }, events);
    }
  }

  /** The answer is over: calls that were begun and not ended are half written. */
  end(events: ModelEvent[]): void {
    for (const growing of this.#items.values()) {
      const { isDone, item } = growing;
      if (!isDone && (item['type'] === 'function_call' || item['type'] === 'custom_tool_call')) {
        this.#finishCall(growing, events);
      }
    }
  }

  /** By its place; where a server does not tell it with every event, by its id, or that of its call. */
  #at({ output_index: index, item_id: id, item }: Members): GrowingItem {
    const placed = typeof index === 'number' ? this.#items.get(index) : undefined;
    if (placed) return placed;
    const own = textIn(id ?? (isObject(item) ? (item['id'] ?? item['call_id']) : undefined));
    const known = this.#byId.get(own);
    if (known && (typeof index !== 'number' || typeof known.key !== 'number')) return known;
    const growing = new GrowingItem(typeof index === 'number' ? index : own);
    this.#items.set(growing.key, growing);
    this.#byId.set(own, growing);
    return growing;
  }

  #blockOf({ blocks }: GrowingItem, kind: BlockKind, index: unknown): Block {
    const key = `${kind} ${typeof index === 'number' ? index : 0}`;
    let block = blocks.get(key);
    if (!block) blocks.set(key, (block = { part: this.#nextPart(), length: 0 }));
    return block;
  }

  #nextPart(): number {
    this.#parts += 1;
    return this.#parts - 1;
  }

  #tell(
    kind: BlockKind,
    delta: string,
    { block, events }: { readonly block: Block; readonly events: ModelEvent[] },
  ): void {
    block.length += delta.length;
    const { part } = block;
    if (kind === 'refusal') this.refusal += delta;
    else events.push({ type: kind === 'text' ? 'text' : 'reasoning', delta, part });
  }

  /** Tells of a block what was not told. */
  #complete(
    growing: GrowingItem,
    kind: BlockKind,
    told: { index: number; text: unknown; events: ModelEvent[] },
  ): Block {
    const block = this.#blockOf(growing, kind, told.index);
    const rest = typeof told.text === 'string' ? told.text.slice(block.length) : '';
    if (rest !== '') this.#tell(kind, rest, { block, events: told.events });
    return block;
  }

  #nameOf({ item }: GrowingItem): string | undefined {
    const { type, name } = item;
    if (type === 'function_call' || type === 'custom_tool_call') return typeof name === 'string' ? name : undefined;
    return providerCallOf(item, this.#request.providerTools)?.name;
  }

  #finishMessage(growing: GrowingItem, events: ModelEvent[]): void {
    const { content, phase } = growing.item;
    for (const [index, piece] of (Array.isArray(content) ? content : []).entries()) {
      if (!isObject(piece)) continue;
      if (piece['type'] === 'refusal') this.#complete(growing, 'refusal', { index, text: piece['refusal'], events });
      if (piece['type'] !== 'output_text') continue;
      const { part, length } = this.#complete(growing, 'text', { index, text: piece['text'], events });
      const annotations = Array.isArray(piece['annotations']) ? piece['annotations'].filter(isObject) : [];
      for (const annotation of annotations) events.push({ type: 'part', value: sourceOf(annotation) });
      const kept = { ...(typeof phase === 'string' && { phase }), ...(annotations.length > 0 && { annotations }) };
      if (length === 0 || Object.keys(kept).length === 0) continue;
      events.push({ type: 'text', delta: '', part, origin: originWith(kept, this.#wire) });
    }
  }

  #finishReasoning(growing: GrowingItem, events: ModelEvent[]): void {
    const { summary, content, encrypted_content: encrypted } = growing.item;
    let last: number | undefined;
    for (const [kind, list] of [
      ['summary', summary],
      ['reasoning', content],
    ] as const) {
      for (const [index, piece] of (Array.isArray(list) ? list : []).entries()) {
        if (!isObject(piece)) continue;
        last = this.#complete(growing, kind, { index, text: piece['text'], events }).part;
      }
    }
    if (last !== undefined || typeof encrypted === 'string') this.#keep(growing, last ?? this.#nextPart(), events);
  }

  /** What goes back as it is stands in the origin of a part that says nothing. */
  #keep({ item }: GrowingItem, part: number, events: ModelEvent[]): void {
    events.push({ type: 'reasoning', delta: '', part, origin: originWith({ item }, this.#wire) });
  }

  #finishCall(growing: GrowingItem, events: ModelEvent[]): void {
    const call = ownCallOf(growing, this.#wire);
    growing.tell(this.#nameOf(growing), events);
    this.hasCalls = true;
    events.push(call);
  }
}

function idIn({ id }: Members): { readonly id?: string } {
  return typeof id === 'string' && id !== '' ? { id } : {};
}
