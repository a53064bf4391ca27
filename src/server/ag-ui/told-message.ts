import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { wholePart } from './custom.ts';
import type { Names } from './names.ts';
import type { AgUiEvent } from './protocol.ts';
import { resultIn } from './result.ts';

/** One message of the model, and how much of it a client has. */
export class ToldMessage {
  readonly #id: string;
  readonly #names: Names;
  /** How much of each part the client has: letters of a text, and 1 of what comes whole; calls stand beside. */
  readonly #lengths: number[] = [];
  /** Calls whose arguments are still told, and those of which everything was. */
  readonly #calls = new Map<string, 'begun' | 'told' | 'settled'>();
  #open: 'text' | { readonly thought: string } | undefined;

  constructor(id: string, names: Names) {
    this.#id = id;
    this.#names = names;
  }

  /** The client has everything in the message, but what became of calls that are not settled, or not `answered`. */
  has({ parts }: Message, answered?: ReadonlySet<string>): void {
    parts.forEach((part, place) => {
      this.#lengths[place] = lengthOf(part);
      if (part.type !== 'tool') return;
      const isAnswered = resultIn(part.call) && (answered?.has(part.call.id) ?? true);
      this.#calls.set(part.call.id, isAnswered ? 'settled' : 'told');
    });
  }

  /** What the client lacks of the message as it is; nothing when it has more than that. */
  lacks({ parts, finish, interrupted }: Message): readonly AgUiEvent[] | undefined {
    if (parts.some((part, place) => lengthOf(part) < (this.#lengths[place] ?? 0))) return undefined;
    const events = parts.flatMap((part, place) => this.#lacksOf(part, place));
    return finish !== undefined || interrupted ? [...events, ...this.close()] : events;
  }

  /** A piece of a text. */
  delta(type: 'text' | 'reasoning', place: number, delta: string): readonly AgUiEvent[] {
    if (delta === '') return [];
    this.#lengths[place] = (this.#lengths[place] ?? 0) + delta.length;
    if (type === 'text') {
      const opening: readonly AgUiEvent[] =
        this.#open === 'text'
          ? []
          : [...this.close(), { type: 'TEXT_MESSAGE_START', messageId: this.#id, role: 'assistant' }];
      this.#open = 'text';
      return [...opening, { type: 'TEXT_MESSAGE_CONTENT', messageId: this.#id, delta }];
    }
    const messageId = this.#names.thought(this.#id, place);
    const isOpen = typeof this.#open === 'object' && this.#open.thought === messageId;
    const opening: readonly AgUiEvent[] = isOpen
      ? []
      : [
          ...this.close(),
          { type: 'REASONING_START', messageId },
          { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
        ];
    this.#open = { thought: messageId };
    return [...opening, { type: 'REASONING_MESSAGE_CONTENT', messageId, delta }];
  }

  /** A piece of a call's arguments. */
  input(id: string, name: string, delta: string): readonly AgUiEvent[] {
    const known = this.#calls.get(id);
    if (known === 'told' || known === 'settled') return [];
    const opening = known ? [] : this.#begin(id, name);
    return delta === '' ? opening : [...opening, { type: 'TOOL_CALL_ARGS', toolCallId: id, delta }];
  }

  /** Where a call stands. What is told of it already is not told again when it goes on. */
  call(call: ToolCall): readonly AgUiEvent[] {
    const { id: toolCallId, name } = call;
    const known = this.#calls.get(toolCallId);
    if (known === 'settled') return [];
    // What is sensitive in its arguments is not known before they were read: then they are told, and whole.
    const isSensitive = call.sensitive !== undefined && known !== 'told';
    if (isSensitive && call.state === 'proposed') return known ? [] : this.#begin(toolCallId, name);
    const events: AgUiEvent[] = [];
    if (!known || isSensitive) events.push(...this.input(toolCallId, name, call.arguments));
    if (known !== 'told') events.push({ type: 'TOOL_CALL_END', toolCallId });
    const result = resultIn(call);
    if (result) {
      events.push({ type: 'TOOL_CALL_RESULT', messageId: this.#names.result(call), role: 'tool', ...result });
    }
    this.#calls.set(toolCallId, result ? 'settled' : 'told');
    return events;
  }

  /** Ends what has begun: a text or a thought. */
  close(): readonly AgUiEvent[] {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return [];
    if (open === 'text') return [{ type: 'TEXT_MESSAGE_END', messageId: this.#id }];
    const { thought: messageId } = open;
    return [
      { type: 'REASONING_MESSAGE_END', messageId },
      { type: 'REASONING_END', messageId },
    ];
  }

  /** Ends everything that has begun, also arguments that will never be whole. */
  end(): readonly AgUiEvent[] {
    const begun = [...this.#calls].flatMap(([toolCallId, standing]) => (standing === 'begun' ? [toolCallId] : []));
    for (const toolCallId of begun) this.#calls.set(toolCallId, 'told');
    return [...this.close(), ...begun.map((toolCallId): AgUiEvent => ({ type: 'TOOL_CALL_END', toolCallId }))];
  }

  #begin(toolCallId: string, toolCallName: string): readonly AgUiEvent[] {
    this.#calls.set(toolCallId, 'begun');
    return [...this.close(), { type: 'TOOL_CALL_START', toolCallId, toolCallName, parentMessageId: this.#id }];
  }

  #lacksOf(part: Part, place: number): readonly AgUiEvent[] {
    const had = this.#lengths[place] ?? 0;
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return this.delta(part.type, place, part.text.slice(had));
      case 'tool':
        return this.call(part.call);
      case 'file':
      case 'source':
      case 'data': {
        this.#lengths[place] = 1;
        return had > 0 ? [] : wholePart(this.#id, part);
      }
    }
  }
}

function lengthOf(part: Part): number {
  if (part.type === 'tool') return 0;
  return part.type === 'text' || part.type === 'reasoning' ? part.text.length : 1;
}
