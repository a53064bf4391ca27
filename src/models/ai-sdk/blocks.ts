import type { ModelEvent } from '../../chat/model.ts';
import type { Origin } from '../../conversation/content.ts';
import { textIn } from '../json-text.ts';
import { originFor } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import type { Metadata, StreamPart } from './language-model.ts';

type BlockPart = Extract<StreamPart, { readonly id: string; readonly type: `text-${string}` | `reasoning-${string}` }>;

/** A block as it grows. */
interface Block {
  readonly kind: 'text' | 'reasoning';
  readonly part: number;
  /** What goes back with it and is not told yet; the last that comes counts. */
  metadata: Metadata | undefined;
  /** What was told of it, as JSON. */
  told: string | undefined;
}

/** Blocks of text and reasoning: each is a part of its own, though they may be told in turns. */
export class Blocks {
  readonly #bridge: Bridge;
  readonly #open = new Map<string, Block>();
  #count = 0;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  push(part: BlockPart, events: ModelEvent[]): void {
    const kind = part.type.startsWith('text') ? 'text' : 'reasoning';
    // An id of text may be an id of reasoning too.
    const key = `${kind} ${part.id}`;
    const isStart = part.type === 'text-start' || part.type === 'reasoning-start';
    const block = (isStart ? undefined : this.#open.get(key)) ?? this.#begin(key, kind);
    block.metadata = part.providerMetadata ?? block.metadata;
    if ('delta' in part) {
      const delta = textIn(part.delta);
      if (delta !== '') this.#tell(block, delta, events);
      return;
    }
    if (isStart) return;
    this.#open.delete(key);
    // A signature that came at the end, or a block that has nothing but what goes back.
    if (block.metadata) this.#tell(block, '', events);
  }

  #begin(key: string, kind: Block['kind']): Block {
    const block: Block = { kind, part: this.#count, metadata: undefined, told: undefined };
    this.#count += 1;
    this.#open.set(key, block);
    return block;
  }

  #tell(block: Block, delta: string, events: ModelEvent[]): void {
    const { kind: type, part } = block;
    const origin = this.#news(block);
    if (delta !== '' || origin) events.push({ type, delta, part, ...(origin && { origin }) });
  }

  /** What goes back with a block, unless it was told: packages repeat it at the end. */
  #news(block: Block): Origin | undefined {
    const { metadata } = block;
    if (!metadata) return undefined;
    block.metadata = undefined;
    const json = JSON.stringify(metadata);
    if (json === block.told) return undefined;
    block.told = json;
    return originFor(this.#bridge, { providerMetadata: metadata });
  }
}
