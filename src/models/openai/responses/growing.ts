import type { ModelEvent } from '../../../chat/model.ts';
import { argumentsText } from '../../json-text.ts';

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
  isCalled = false;
  isDone = false;

  #written = '';
  /** What of it was not told yet: to cut it out of the whole, piece by piece, would take ever longer. */
  #untold = '';
  #told = 0;

  constructor(key: number | string) {
    this.key = key;
  }

  /** Its arguments, as far as they were written. */
  get written(): string {
    return this.#written;
  }

  /** Its arguments begin so. */
  begin(text: string): void {
    this.#written = text;
    this.#untold = text.slice(this.#told);
  }

  /** A piece of its arguments. */
  write(piece: string): void {
    this.#written += piece;
    this.#untold += piece;
  }

  /** Tells what was written since, as soon as it is known of which call. */
  tell(name: string | undefined, events: ModelEvent[]): void {
    if (name === undefined || (this.#told > 0 && this.#untold === '')) return;
    events.push({ type: 'tool-input', key: this.key, name, delta: this.#untold });
    this.#told += this.#untold.length;
    this.#untold = '';
  }

  /** The whole arguments: what is said of them at the end, or else what was written. */
  whole(text: unknown): string {
    const said = argumentsText(text);
    if (said === '') return this.#written;
    if (said.startsWith(this.#written)) this.write(said.slice(this.#written.length));
    return said;
  }
}
