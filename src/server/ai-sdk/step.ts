import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { callChunks, shownOf } from './call-chunks.ts';
import type { ShownCall } from './call-chunks.ts';
import { viewOf } from './call-view.ts';
import type { Chunk } from './chunk.ts';
import { wholePart } from './part-chunk.ts';

/** One message of the model, which is a step of an answer, and how much of it a client has. */
export class Step {
  readonly message: string;
  /** How much of each part the client has: letters of a text, and 1 of what comes whole; calls stand beside. */
  readonly #lengths: number[] = [];
  readonly #calls: Map<string, ShownCall>;
  /** Texts that have begun and not ended, by their place. */
  readonly #open = new Map<number, 'text' | 'reasoning'>();

  constructor(message: string, calls: ReadonlyMap<string, ShownCall> = new Map()) {
    this.message = message;
    this.#calls = new Map(calls);
  }

  /** The client has everything in the message but what has become of its calls. */
  has({ parts }: Message): void {
    parts.forEach((part, place) => (this.#lengths[place] = lengthOf(part)));
  }

  /** What the client lacks of the message as it is; nothing when it has more than that, and the step has to be told anew. */
  lacks({ parts, finish, interrupted }: Message): readonly Chunk[] | undefined {
    if (parts.some((part, place) => lengthOf(part) < (this.#lengths[place] ?? 0))) return undefined;
    const chunks = parts.flatMap((part, place) => this.#lacksOf(part, place));
    return finish !== undefined || interrupted ? [...chunks, ...this.close()] : chunks;
  }

  /** A piece of a text. */
  delta(type: 'text' | 'reasoning', place: number, delta: string): readonly Chunk[] {
    if (delta === '') return [];
    const id = this.#nameOf(place);
    const opening = this.#open.get(place) === type ? [] : [...this.close(), this.#begin(type, place)];
    this.#lengths[place] = (this.#lengths[place] ?? 0) + delta.length;
    return [...opening, { type: `${type}-delta`, id, delta }];
  }

  /** A piece of a call's arguments. */
  input(id: string, name: string, delta: string): readonly Chunk[] {
    const shown = this.#calls.get(id);
    if (shown && shown.standing !== 'input-streaming') return [];
    this.#calls.set(id, { standing: 'input-streaming' });
    return [
      ...(shown ? [] : [...this.close(), { type: 'tool-input-start', toolCallId: id, toolName: name } as const]),
      ...(delta === '' ? [] : [{ type: 'tool-input-delta', toolCallId: id, inputTextDelta: delta } as const]),
    ];
  }

  /** How far a running call is. */
  progress(id: string, output: unknown): readonly Chunk[] {
    const shown = this.#calls.get(id);
    if (!shown) return [];
    this.#calls.set(id, { ...shown, standing: 'output-available', outcome: undefined });
    return [{ type: 'tool-output-available', toolCallId: id, output, preliminary: true }];
  }

  /** Where a call stands. */
  call(call: ToolCall): readonly Chunk[] {
    const shown = this.#calls.get(call.id);
    if (isHeld(call, shown)) return shown ? [] : this.input(call.id, call.name, '');
    const view = viewOf(call);
    // How far it is stands there until it is over: nothing is taken back for that.
    if (shown && isProgress(shown) && call.state === 'running') return [];
    this.#calls.set(call.id, shownOf(view, shown));
    return [...(shown ? [] : this.close()), ...callChunks(view, shown)];
  }

  /** Ends the texts that have begun. */
  close(): readonly Chunk[] {
    const chunks = Array.from(this.#open, ([place, type]): Chunk => ({ type: `${type}-end`, id: this.#nameOf(place) }));
    this.#open.clear();
    return chunks;
  }

  #begin(type: 'text' | 'reasoning', place: number): Chunk {
    this.#open.set(place, type);
    return { type: `${type}-start`, id: this.#nameOf(place) };
  }

  #lacksOf(part: Part, place: number): readonly Chunk[] {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return this.delta(part.type, place, part.text.slice(this.#lengths[place] ?? 0));
      case 'tool':
        return this.call(part.call);
      case 'file':
      case 'source':
      case 'data': {
        if (this.#lengths[place]) return [];
        this.#lengths[place] = 1;
        const chunk = wholePart(this.#nameOf(place), part);
        return chunk ? [...this.close(), chunk] : [];
      }
    }
  }

  #nameOf(place: number): string {
    return `${this.message}.${place}`;
  }
}

/** Whether it is not told yet with what it is called: that is not read, or a page would run with less than is handed out to it. */
function isHeld({ sensitive, state }: ToolCall, shown: ShownCall | undefined): boolean {
  const isBegun = !shown || shown.standing === 'input-streaming';
  return sensitive !== undefined && isBegun && (state === 'proposed' || state === 'approved');
}

function isProgress({ standing, outcome }: ShownCall): boolean {
  return standing === 'output-available' && outcome === undefined;
}

function lengthOf(part: Part): number {
  if (part.type === 'tool') return 0;
  return part.type === 'text' || part.type === 'reasoning' ? part.text.length : 1;
}
