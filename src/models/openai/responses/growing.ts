import type { ModelEvent } from '../../../chat/model.ts';

/** An object of the wire. */
export type Members = Record<string, unknown>;

/** A block of text in an item: a piece of a message, of a summary, of reasoning in clear. */
export interface Block {
  /** The number under which it is told. */
  readonly part: number;
  /** How much of it was told. */
  length: number;
}

/** What a block holds. */
export type BlockKind = 'text' | 'refusal' | 'summary' | 'reasoning';

/** An item of an answer as it grows. */
export class GrowingItem {
  readonly key: number | string;
  readonly blocks: Map<string, Block> = new Map();
  /** As it was told last. */
  item: Members = {};
  /** The pieces of its arguments. */
  written = '';
  /** How much of them was told. */
  told = 0;
  isCalled = false;
  isDone = false;

  constructor(key: number | string) {
    this.key = key;
  }

  /** Tells what was written since, as soon as it is known of which call. */
  tell(name: string | undefined, events: ModelEvent[]): void {
    if (name === undefined || (this.told > 0 && this.told === this.written.length)) return;
    events.push({ type: 'tool-input', key: this.key, name, delta: this.written.slice(this.told) });
    this.told = this.written.length;
  }

  /** The whole arguments: what is said of them at the end, or else what was written. */
  whole(text: unknown): string {
    const said = typeof text === 'string' || text === undefined ? text : JSON.stringify(text);
    if (!said) return this.written;
    if (said.startsWith(this.written)) this.written = said;
    return said;
  }
}
