import type { ModelCall, ModelEvent } from '../../chat/model.ts';
import type { Origin } from '../../conversation/content.ts';
import { argumentsText, isJson, textIn } from '../json-text.ts';
import { originFor } from './bridge.ts';
import type { Bridge, OriginData } from './bridge.ts';
import type { StreamPart, ToolCallPart, ToolResultPart } from './language-model.ts';

type CallPart = Extract<StreamPart, { readonly type: `tool-${string}` }>;

/** Arguments as they are written. */
interface Input {
  readonly name: string;
  readonly isJson: boolean;
  text: string;
}

/** Calls, from the first piece of their arguments to what came of those that the provider ran itself. */
export class Calls {
  /** Whether a call was made that has to run here. */
  wereMade = false;
  readonly #bridge: Bridge;
  readonly #open: ReadonlyMap<string, OriginData>;
  readonly #inputs = new Map<string, Input>();
  /** Calls that wait for what comes next: an approval that is asked for, or the word that the answer was cut. */
  #waiting: ModelCall[] = [];
  /** What goes back with the calls that the provider runs. */
  readonly #provided = new Map<string, OriginData>();

  constructor({ bridge, open }: { readonly bridge: Bridge; readonly open: ReadonlyMap<string, OriginData> }) {
    this.#bridge = bridge;
    this.#open = open;
  }

  push(part: CallPart, events: ModelEvent[]): void {
    switch (part.type) {
      case 'tool-input-start': {
        const { id, toolName: name, inputEncoding = 'json' } = part;
        this.#inputs.set(id, { name, isJson: inputEncoding === 'json', text: '' });
        if (inputEncoding === 'json') events.push({ type: 'tool-input', key: id, name, delta: '' });
        return;
      }
      case 'tool-input-delta': {
        const input = this.#inputs.get(part.id);
        const delta = textIn(part.delta);
        if (!input || delta === '') return;
        input.text += delta;
        if (input.isJson) events.push({ type: 'tool-input', key: part.id, name: input.name, delta });
        return;
      }
      case 'tool-input-end':
        return;
      case 'tool-call':
        return this.#call(part);
      case 'tool-approval-request':
        return this.#ask(part.toolCallId, part.approvalId);
      case 'tool-result':
        return this.#result(part, events);
    }
  }

  /** Tells the calls that waited for nothing. Those with broken arguments wait for the end, and all behind them. */
  release(events: ModelEvent[]): void {
    if (this.#waiting.length === 0) return;
    const broken = this.#waiting.findIndex(({ arguments: text }) => !isJson(text));
    events.push(...this.#waiting.splice(0, broken === -1 ? this.#waiting.length : broken));
  }

  /** When the answer was cut, calls whose arguments are not whole are marked. */
  end(wasCut: boolean, events: ModelEvent[]): void {
    for (const [key, { name, isJson: isWritten, text }] of this.#inputs) {
      if (isWritten) this.#waiting.push({ type: 'call', key, id: key, name, arguments: text });
    }
    for (const call of this.#waiting) {
      const isHalf = !isJson(call.arguments) && (wasCut || this.#inputs.has(String(call.key)));
      events.push(isHalf ? { ...call, incomplete: true } : call);
    }
    this.#waiting = [];
  }

  #call({ toolCallId: id, toolName: name, input, providerExecuted, providerMetadata }: ToolCallPart): void {
    this.#inputs.delete(id);
    if (providerExecuted && this.#open.has(id)) return;
    const data = providerMetadata ? { providerMetadata } : {};
    if (providerExecuted) this.#provided.set(id, data);
    else this.wereMade = true;
    // A call that the provider runs is replayed whole, whether it needs more than its arguments or not.
    const origin = providerExecuted ? this.#origin({ providerMetadata: {}, ...data }) : this.#origin(data);
    this.#waiting.push({
      type: 'call',
      key: id,
      id,
      name,
      arguments: argumentsText(input),
      ...(providerExecuted && { providerExecuted: true }),
      ...(origin && { origin }),
    });
  }

  #ask(id: string, approvalId: string): void {
    const data = { providerMetadata: {}, ...this.#provided.get(id), approvalId };
    this.#provided.set(id, data);
    const origin = this.#origin(data);
    this.#waiting = this.#waiting.map((call) =>
      call.id === id ? { ...call, needsApproval: true, ...(origin && { origin }) } : call,
    );
  }

  #result(part: ToolResultPart, events: ModelEvent[]): void {
    const { toolCallId: id, result, isError, preliminary, providerMetadata } = part;
    if (preliminary) return;
    const origin = this.#origin({
      providerMetadata: {},
      ...(this.#provided.get(id) ?? this.#open.get(id)),
      result,
      ...(isError && { isError: true }),
      ...(providerMetadata && { resultMetadata: providerMetadata }),
    });
    events.push({
      type: 'result',
      ...(this.#provided.has(id) && { key: id }),
      id,
      // A package may tell nothing of it.
      output: result ?? null,
      ...(isError && { isError: true }),
      ...(origin && { origin }),
    });
  }

  #origin(data: OriginData): Origin | undefined {
    return originFor(this.#bridge, data);
  }
}
