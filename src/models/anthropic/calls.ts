import type { ModelCall, ModelEvent, ModelRequest } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { JsonObject } from '../../conversation/json.ts';
import { argumentsText, isJson, textIn } from '../json-text.ts';
import { readable } from './citation.ts';
import type { MessagesWire } from './family.ts';
import { dataOf, originOf } from './origin.ts';
import type { ResultPlace } from './origin.ts';
import { wireName } from './tools.ts';

type Members = Readonly<Record<string, unknown>>;

/** A call that is being written. */
export interface GrowingCall {
  readonly type: 'call';
  readonly key: number;
  readonly id: string | undefined;
  readonly name: string;
  /** Whether the provider runs it. */
  readonly isServer: boolean;
  /** What the block began with. */
  readonly input: unknown;
  readonly rest: JsonObject;
  arguments: string;
}

/** A call that the provider runs, and how many parts had been told with it. */
interface ServerCall {
  readonly rest: JsonObject;
  readonly key: number;
  readonly told: number;
}

/** The calls of an answer, ours and the provider's, and the results of the latter. */
export class Calls {
  /** How many parts of the answer were told, of whatever kind. */
  told = 0;
  /** Whether there are calls that are ours to run. */
  hasOwn = false;
  /** Whether a tool that the provider runs waits for one of ours: its machine has to be named in the next request. */
  isAwaited = false;
  readonly #wire: MessagesWire;
  readonly #request: ModelRequest | undefined;
  readonly #server = new Map<string, ServerCall>();
  /** A call that is written to its end, and is not JSON: whether the answer ends with it is not known yet. */
  #held: GrowingCall | undefined;
  #results = 0;
  #last: string | undefined;

  constructor(wire: MessagesWire, request: ModelRequest | undefined) {
    this.#wire = wire;
    this.#request = request;
  }

  /** Another block begins: a call before it is over, whatever its arguments look like. */
  next(events: ModelEvent[]): void {
    this.#release(false, events);
  }

  begin(block: Members, key: number, events: ModelEvent[]): GrowingCall {
    const { type, id, name: named, input, ...others } = block;
    const isServer = type !== 'tool_use';
    const wireName = typeof named === 'string' ? named : '';
    const { caller, server_name: server } = others;
    const name = isServer ? toldName(wireName, server, this.#request?.providerTools) : wireName;
    if (!isServer && isObject(caller) && caller['tool_id'] !== undefined) this.isAwaited = true;
    this.#last = undefined;
    events.push({ type: 'tool-input', key, name, delta: '' });
    return {
      type: 'call',
      key,
      id: typeof id === 'string' && id !== '' ? id : undefined,
      name,
      isServer,
      input,
      // It was parsed from JSON.
      rest: (isServer ? { type, name: wireName, ...others } : others) as JsonObject,
      arguments: '',
    };
  }

  grow(call: GrowingCall, delta: string, events: ModelEvent[]): void {
    call.arguments += delta;
    events.push({ type: 'tool-input', key: call.key, name: call.name, delta });
  }

  finish(call: GrowingCall, events: ModelEvent[]): void {
    const whole = argumentsText(call.input);
    // It begins with an empty object where its arguments come in pieces.
    if (call.arguments === '' && whole !== '' && whole !== '{}') this.grow(call, whole, events);
    if (isJson(call.arguments)) this.#tell(call, false, events);
    else this.#held = call;
  }

  /** The answer is over; when it was cut, calls whose arguments are not whole stay so. */
  end(open: readonly GrowingCall[], isCut: boolean, events: ModelEvent[]): void {
    this.#release(isCut, events);
    for (const call of open) this.#tell(call, isCut && !isJson(call.arguments), events);
  }

  /** What came of a call of the provider's. */
  result(id: string, block: Members, events: ModelEvent[]): void {
    const call = this.#server.get(id);
    const isAdjacent = this.#last === id;
    this.#last = undefined;
    const order = this.#results;
    this.#results += 1;
    const place: ResultPlace = call ? { parts: this.told - call.told, order } : 'later';
    const { content, is_error: failed } = block;
    const isError = failed === true || (isObject(content) && textIn(content['type']).endsWith('_error'));
    const rest = call?.rest ?? this.#restOf(id);
    // It was parsed from JSON.
    const result = block as JsonObject;
    events.push({
      type: 'result',
      ...(call && { key: call.key }),
      id,
      output: readable(result['content']),
      ...(isError && { isError: true }),
      origin: originOf(this.#wire, { ...(rest && { rest }), result, ...(!isAdjacent && { place }) }),
    });
  }

  /** A block that is no call's. */
  interrupt(): void {
    this.#last = undefined;
  }

  #release(isCut: boolean, events: ModelEvent[]): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#tell(held, isCut, events);
  }

  #tell(call: GrowingCall, isIncomplete: boolean, events: ModelEvent[]): void {
    // No input at all is the empty one that the block began with.
    if (call.arguments === '' && !isIncomplete) this.grow(call, '{}', events);
    const { key, id, name, isServer, rest } = call;
    this.told += 1;
    this.hasOwn ||= !isServer;
    if (isServer && id !== undefined) {
      this.#server.set(id, { rest, key, told: this.told });
      this.#last = id;
    }
    const told: ModelCall = {
      type: 'call',
      key,
      ...(id !== undefined && { id }),
      name,
      arguments: call.arguments,
      ...(isIncomplete && { incomplete: true }),
      ...(isServer && { providerExecuted: true }),
      ...(Object.keys(rest).length > 0 && { origin: originOf(this.#wire, { rest }) }),
    };
    events.push(told);
  }

  /** What went along with a call of an earlier answer. */
  #restOf(id: string): JsonObject | undefined {
    for (const { parts } of this.#request?.messages ?? []) {
      for (const part of parts) {
        if (part.type === 'tool' && part.call.providerId === id) return dataOf(part.origin, this.#wire).rest;
      }
    }
    return undefined;
  }
}

/**
 * A tool of the provider's is told of as it was declared. One that stands for several, as a server does, and what runs
 * code, puts theirs behind its own.
 */
function toldName(name: string, server: unknown, declared: ModelRequest['providerTools'] = []): string {
  if (typeof server === 'string') return `${server}.${name}`;
  const tool = declared.find(
    (one) => wireName(one) === name || (one.kind === codeTool && name.endsWith(`_${codeTool}`)),
  );
  if (tool === undefined) return name;
  return wireName(tool) === name ? tool.name : `${tool.name}.${name}`;
}

const codeTool = 'code_execution';
