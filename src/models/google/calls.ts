import type { ModelEvent } from '../../chat/model.ts';
import type { Origin } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { ModelId } from '../connection.ts';
import { PartialArguments } from './partial-arguments.ts';

type Members = Readonly<Record<string, unknown>>;

/** A call whose arguments come in pieces. */
interface GrowingCall {
  readonly key: number;
  readonly name: string;
  readonly id: string | undefined;
  readonly origin: Origin | undefined;
  readonly values: PartialArguments;
  readonly incomplete?: true;
  isTold: boolean;
}

/** Reads function calls: whole ones, and those whose arguments come value by value. */
export class FunctionCalls {
  readonly #model: ModelId;
  readonly #newKey: () => number;
  #growing: GrowingCall | undefined;

  constructor(model: ModelId, newKey: () => number) {
    this.#model = model;
    this.#newKey = newKey;
  }

  /**
   * Takes a part with a function call; `raw` is the text of its arguments as it came. The parts that follow a call
   * without a name complete it, and the last of them says nothing more.
   */
  take(part: Members, raw: string | undefined, events: ModelEvent[]): void {
    const { functionCall: call, ...rest } = part;
    if (!isObject(call)) return;
    const { name, id, partialArgs, willContinue } = call;
    if (typeof name === 'string' && name !== '') {
      this.end(false, events);
      this.#growing = this.#begin({ name, id: typeof id === 'string' && id !== '' ? id : undefined, rest });
    }
    const growing = this.#growing;
    if (!growing) return;
    if (Array.isArray(partialArgs)) growing.values.take(partialArgs);
    if (willContinue === true) return this.#tell(growing, growing.values.news(), events);
    // What came value by value is whole by itself.
    const { values } = growing;
    if (values.text !== '') return this.#ended(growing, events);
    if (raw) this.#tell(growing, raw, events);
    this.#whole(growing, raw ?? '', events);
  }

  /** Ends a call that is still open: whole where something followed it, half where the answer was cut. */
  end(wasCut: boolean, events: ModelEvent[]): void {
    const growing = this.#growing;
    if (!growing) return;
    if (!wasCut) return this.#ended(growing, events);
    this.#tell(growing, growing.values.news(), events);
    this.#whole({ ...growing, incomplete: true }, growing.values.text, events);
  }

  #ended(growing: GrowingCall, events: ModelEvent[]): void {
    const text = growing.values.end();
    this.#tell(growing, growing.values.news(), events);
    this.#whole(growing, text, events);
  }

  #begin({ name, id, rest }: { name: string; id: string | undefined; rest: Members }): GrowingCall {
    const { provider, model } = this.#model;
    // It was parsed from JSON.
    const origin = Object.keys(rest).length > 0 ? { provider, model, data: rest as Json } : undefined;
    return { key: this.#newKey(), name, id, origin, values: new PartialArguments(), isTold: false };
  }

  /** Tells what has come since; text that was written anew is told only as a whole. */
  #tell(call: GrowingCall, delta: string, events: ModelEvent[]): void {
    const { key, name } = call;
    if (delta === '' && call.isTold) return;
    events.push({ type: 'tool-input', key, name, delta });
    call.isTold = true;
  }

  #whole(call: GrowingCall, text: string, events: ModelEvent[]): void {
    const { key, name, id, incomplete, origin } = call;
    this.#growing = undefined;
    events.push({
      type: 'call',
      key,
      ...(id !== undefined && { id }),
      name,
      arguments: text,
      ...(incomplete && { incomplete }),
      ...(origin && { origin }),
    });
  }
}
