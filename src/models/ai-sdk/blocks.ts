import type { ModelEvent } from '../../chat/model.ts';
import { originFor } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import type { Metadata, StreamPart } from './language-model.ts';

type BlockPart = Extract<StreamPart, { readonly id: string; readonly type: `text-${string}` | `reasoning-${string}` }>;

/** A block as it grows. */
interface Block {
  readonly kind: 'text' | 'reasoning';
  readonly part: number;
  /** What goes back with it; the last that was told counts. */
  metadata: Metadata | undefined;
  /** Whether the metadata was told. */
  isTold: boolean;
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
    if (part.providerMetadata) {
      block.metadata = part.providerMetadata;
      block.isTold = false;
    }
    if ('delta' in part) return this.#tell(block, part.delta, events);
    if (isStart) return;
    this.#open.delete(key);
    // A signature that came with the end, or a block that has nothing but what goes back.
    if (!block.isTold) this.#tell(block, '', events);
  }

  #begin(key: string, kind: Block['kind']): Block {
    const block: Block = { kind, part: this.#count, metadata: undefined, isTold: true };
    this.#count += 1;
    this.#open.set(key, block);
    return block;
  }

  #tell(block: Block, delta: string, events: ModelEvent[]): void {
    const { kind: type, part, metadata } = block;
    if (block.isTold) {
      if (delta !== '') events.push({ type, delta, part });
      return;
    }
    block.isTold = true;
    const origin = metadata && originFor(this.#bridge, { providerMetadata: metadata });
    events.push({ type, delta, part, ...(origin && { origin }) });
  }
}
