import { isObject } from '../../conversation/json.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part, ToolPart } from '../../conversation/part.ts';
import { isJson } from '../json-text.ts';
import type { MessagesWire } from './family.ts';
import { dataOf } from './origin.ts';
import type { OriginData } from './origin.ts';

/** What a call is called on the wire. */
interface CallPlace {
  readonly id: string;
  readonly name: string;
}

/** A result that stood behind parts that followed its call. */
interface Waiting {
  readonly behind: number;
  readonly order: number;
  readonly block: string;
}

/**
 * The blocks of one answer as they go back: those of its provider as they came, in their order (rule W1), of others what
 * every model understands.
 */
export class Answer {
  /** Results that stood at the beginning of the next answer. */
  readonly later: string[] = [];
  readonly #message: Message;
  readonly #wire: MessagesWire;
  readonly #blocks: string[];
  #waiting: Waiting[] = [];
  #parts = 0;

  constructor(message: Message, wire: MessagesWire, first: readonly string[]) {
    this.#message = message;
    this.#wire = wire;
    this.#blocks = [...first];
  }

  /** One more part, of any kind but a call of ours. */
  add(part: Part): void {
    this.#write(part);
    this.#behind();
  }

  /** A call that is ours to run, under its id and name on the wire. */
  call(part: ToolPart, place: CallPlace): void {
    this.#blocks.push(callBlock(part, place, { type: 'tool_use', ...dataOf(part.origin, this.#wire).rest }));
    this.#behind();
  }

  /** All blocks. */
  end(): readonly string[] {
    this.#parts = Infinity;
    this.#behind();
    return this.#blocks;
  }

  /** Calls of the provider that have no result yet. */
  pending(): readonly string[] {
    return this.#message.parts.flatMap((part) => {
      if (part.type !== 'tool' || part.call.providerExecuted !== true) return [];
      const { rest, result } = dataOf(part.origin, this.#wire);
      return rest && !result && isWhole(part)
        ? [callBlock(part, { id: part.call.providerId ?? '', name: part.call.name }, rest)]
        : [];
    });
  }

  #write(part: Part): void {
    switch (part.type) {
      case 'text':
        return this.#text(part.text, dataOf(part.origin, this.#wire));
      case 'reasoning': {
        // Without a signature it is refused; it stays for people (rule L8).
        const { signature, block } = dataOf(part.origin, this.#wire);
        if (signature) this.#blocks.push(JSON.stringify({ type: 'thinking', thinking: part.text, signature }));
        if (block) this.#blocks.push(JSON.stringify(block));
        return;
      }
      case 'data':
        // What another provider said instead of an answer; Anthropic's own is not the model's.
        if (part.name === 'refusal' && typeof part.data === 'string' && !this.#isOurs) this.#text(part.data);
        return;
      case 'tool':
        return this.#server(part);
      case 'file':
      case 'source':
        return;
    }
  }

  get #isOurs(): boolean {
    return this.#message.model?.provider === this.#wire.provider;
  }

  /** Blank text is refused. */
  #text(text: string, { citations }: OriginData = {}): void {
    if (text.trim() !== '') this.#blocks.push(JSON.stringify({ type: 'text', text, ...(citations && { citations }) }));
  }

  /** A call that ran at the provider, with its result; of another provider it is nothing. */
  #server(part: ToolPart): void {
    const { rest, result, place } = dataOf(part.origin, this.#wire);
    const { providerId } = part.call;
    if (!rest || providerId === undefined || !isWhole(part)) return;
    if (!result && !this.#isAwaited(providerId)) return;
    this.#blocks.push(callBlock(part, { id: providerId, name: part.call.name }, rest));
    if (!result) return;
    const block = JSON.stringify(result);
    if (place === 'later') this.later.push(block);
    else if (place === undefined) this.#blocks.push(block);
    else this.#waiting.push({ behind: this.#parts + place.parts, order: place.order, block });
  }

  /** Whether a call of ours was made by this call of the provider's, which waits for it. */
  #isAwaited(providerId: string): boolean {
    return this.#message.parts.some((part) => {
      const { caller } = !isOwnCall(part) ? {} : (dataOf(part.origin, this.#wire).rest ?? {});
      return isObject(caller) && caller['tool_id'] === providerId;
    });
  }

  /** The results that stood behind the part that was written last. */
  #behind(): void {
    const due = this.#waiting.filter(({ behind }) => behind <= this.#parts);
    if (due.length > 0) {
      this.#waiting = this.#waiting.filter(({ behind }) => behind > this.#parts);
      this.#blocks.push(...due.toSorted((a, b) => a.order - b.order).map(({ block }) => block));
    }
    this.#parts += 1;
  }
}

/** Whether a part is a call that is ours to run. */
export function isOwnCall(part: Part): part is ToolPart {
  return part.type === 'tool' && !part.call.providerExecuted;
}

function isWhole({ call }: ToolPart): boolean {
  return !call.incomplete && isJson(call.arguments);
}

/** The arguments go back to the letter. Those that are no object are no input: they are sent as a text in one. */
function callBlock({ call }: ToolPart, { id, name }: CallPlace, rest: Readonly<Record<string, unknown>>): string {
  const first = JSON.stringify({ name, ...rest, id }).slice(0, -1);
  return `${first},"input":${inputOf(call.arguments)}}`;
}

function inputOf(text: string): string {
  if (text.trim() === '') return '{}';
  try {
    if (isObject(JSON.parse(text))) return text;
  } catch {
    // It was cut, or the model wrote it so.
  }
  return JSON.stringify({ INVALID_JSON: text });
}
