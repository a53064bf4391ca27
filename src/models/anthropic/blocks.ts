import type { ModelEvent, ModelRequest } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json, JsonObject } from '../../conversation/json.ts';
import { isFilled, textIn } from '../json-text.ts';
import { Calls } from './calls.ts';
import type { GrowingCall } from './calls.ts';
import { sourceOf } from './citation.ts';
import type { MessagesWire } from './family.ts';
import { originOf } from './origin.ts';
import type { OriginData } from './origin.ts';

type Members = Readonly<Record<string, unknown>>;

interface GrowingText {
  readonly type: 'text';
  readonly part: number;
  isTold: boolean;
  readonly citations: Json[];
}

interface GrowingThought {
  readonly type: 'thinking';
  readonly part: number;
  isTold: boolean;
  signature: string;
}

/** A block that says nothing to people, and that the provider wants back where it stood. */
interface HiddenBlock {
  readonly type: 'hidden';
  readonly part: number;
  readonly block: Record<string, unknown>;
}

type GrowingBlock = GrowingText | GrowingThought | GrowingCall | HiddenBlock;

const hiddenTypes = ['redacted_thinking', 'compaction', 'fallback', 'container_upload'];
const callTypes = ['tool_use', 'server_tool_use', 'mcp_tool_use'];

/** Makes events of the content blocks of an answer. Each block is a part of its own; those of unknown types are none. */
export class Blocks {
  readonly #wire: MessagesWire;
  readonly #calls: Calls;
  readonly #open = new Map<number, GrowingBlock>();
  #count = 0;

  constructor(wire: MessagesWire, request?: ModelRequest) {
    this.#wire = wire;
    this.#calls = new Calls(wire, request);
  }

  /** Whether there are calls that are ours to run. */
  get hasCalls(): boolean {
    return this.#calls.hasOwn;
  }

  start(index: number, block: Members, events: ModelEvent[]): void {
    this.stop(index, events);
    this.#calls.next(events);
    const part = this.#count;
    this.#count += 1;
    const { type, tool_use_id: call } = block;
    if (typeof call === 'string') return this.#calls.result(call, block, events);
    if (callTypes.includes(textIn(type))) {
      this.#open.set(index, this.#calls.begin(block, part, events));
      return;
    }
    this.#calls.interrupt();
    if (type === 'text') {
      this.#open.set(index, { type, part, isTold: false, citations: [] });
      const { text, citations } = block;
      this.delta(index, { text }, events);
      if (Array.isArray(citations)) for (const citation of citations) this.delta(index, { citation }, events);
    } else if (type === 'thinking') {
      this.#open.set(index, { type, part, isTold: false, signature: '' });
      const { thinking, signature } = block;
      this.delta(index, { thinking }, events);
      this.delta(index, { signature }, events);
    } else if (hiddenTypes.includes(textIn(type))) {
      this.#open.set(index, { type: 'hidden', part, block: { ...block } });
    }
  }

  delta(index: number, delta: Members, events: ModelEvent[]): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    switch (block.type) {
      case 'text': {
        const { text, citation } = delta;
        if (isFilled(text)) events.push({ type: 'text', delta: text, part: this.#told(block) });
        else if (isObject(citation)) this.#cite(block, citation, events);
        return;
      }
      case 'thinking': {
        const { thinking, signature } = delta;
        if (isFilled(thinking)) events.push({ type: 'reasoning', delta: thinking, part: this.#told(block) });
        else if (isFilled(signature)) block.signature += signature;
        return;
      }
      case 'call': {
        const { partial_json: piece } = delta;
        if (isFilled(piece)) this.#calls.grow(block, piece, events);
        return;
      }
      case 'hidden': {
        const { content } = delta;
        if (isFilled(content)) block.block['content'] = `${textIn(block.block['content'])}${content}`;
        return;
      }
    }
  }

  stop(index: number, events: ModelEvent[]): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    this.#open.delete(index);
    switch (block.type) {
      case 'text': {
        const { citations } = block;
        if (citations.length === 0) return;
        const origin = originOf(this.#wire, { citations });
        events.push({ type: 'text', delta: '', part: this.#told(block), origin });
        return;
      }
      case 'thinking': {
        const { signature } = block;
        if (signature === '') return;
        const origin = originOf(this.#wire, { signature });
        events.push({ type: 'reasoning', delta: '', part: this.#told(block), origin });
        return;
      }
      case 'call':
        return this.#calls.finish(block, events);
      case 'hidden':
        // It was parsed from JSON.
        return this.#hide(block.part, { block: block.block as JsonObject }, events);
    }
  }

  /** The answer is over, and was cut or not. What a tool of the provider's waits in is kept for the next request. */
  end({ isCut, container }: { readonly isCut: boolean; readonly container: unknown }, events: ModelEvent[]): void {
    const calls = [...this.#open.values()].filter((block) => block.type === 'call');
    this.#open.clear();
    this.#calls.end(calls, isCut, events);
    const id = isObject(container) ? container['id'] : undefined;
    if (this.#calls.isAwaited && isFilled(id)) this.#hide(this.#count, { container: id }, events);
  }

  #hide(part: number, data: OriginData, events: ModelEvent[]): void {
    this.#calls.told += 1;
    events.push({ type: 'reasoning', delta: '', part, origin: originOf(this.#wire, data) });
  }

  #cite(block: GrowingText, citation: Members, events: ModelEvent[]): void {
    // It was parsed from JSON.
    block.citations.push(citation as JsonObject);
    this.#calls.told += 1;
    events.push({ type: 'part', value: sourceOf(citation) });
  }

  /** The number of a part that is told of. */
  #told(block: GrowingText | GrowingThought): number {
    if (!block.isTold) this.#calls.told += 1;
    block.isTold = true;
    return block.part;
  }
}
