import type { ModelEvent } from '../../../chat/model.ts';
import type { Origin } from '../../../conversation/content.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import { argumentsText, isJson, textIn } from '../../json-text.ts';
import type { ChatWire } from './quirks.ts';

/** A call as it grows. */
interface GrowingCall {
  readonly key: number;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
  /** What of them was not told yet: to cut it out of the whole, piece by piece, would take ever longer. */
  untold: string;
  /** The last piece of them. */
  last: string;
  isTold: boolean;
  origin: Origin | undefined;
}

/** What one piece of the wire says of a call. */
interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly arguments: string;
  readonly extra: unknown;
}

/**
 * Puts calls together from their pieces. Servers number them from 0 or 1, give all the same number, or none,
 * with ids or without, in many pieces or whole.
 */
export class Calls {
  readonly #wire: ChatWire;
  readonly #calls: GrowingCall[] = [];
  #byIndex: Map<number, GrowingCall> | undefined;
  /** Where the calls begin that the pieces at hand have opened. */
  #openedFrom = 0;

  constructor(wire: ChatWire) {
    this.#wire = wire;
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Takes the pieces of one delta. */
  take(pieces: readonly unknown[], events: ModelEvent[]): void {
    this.#openedFrom = this.#calls.length;
    for (const piece of pieces) if (isObject(piece)) this.#add(readPiece(piece), events);
  }

  /** Tells the whole calls. When the answer was cut, those whose arguments are not whole are marked. */
  end(wasCut: boolean, events: ModelEvent[]): void {
    for (const call of this.#calls) {
      const { key, id, origin } = call;
      events.push({
        type: 'call',
        key,
        ...(id !== undefined && { id }),
        name: call.name ?? '',
        arguments: call.arguments,
        ...(wasCut && !isJson(call.arguments) && { incomplete: true }),
        ...(origin && { origin }),
      });
    }
  }

  #add(piece: CallPiece, events: ModelEvent[]): void {
    const known = this.#known(piece);
    if (known && isRepeated(known, piece)) return;
    const call = this.#find(piece, known) ?? this.#open(piece);
    call.id ??= piece.id;
    call.name ??= piece.name;
    call.arguments += piece.arguments;
    call.untold += piece.arguments;
    if (piece.arguments !== '') call.last = piece.arguments;
    if (piece.extra !== undefined) {
      const { provider, model } = this.#wire;
      // It was parsed from JSON.
      call.origin = { provider, model, data: { extra_content: piece.extra as Json } };
    }
    if (call.name === undefined || (call.isTold && call.untold === '')) return;
    events.push({ type: 'tool-input', key: call.key, name: call.name, delta: call.untold });
    call.untold = '';
    call.isTold = true;
  }

  /** The newest call with the number of a piece, or without one with its id. */
  #known({ index, id }: CallPiece): GrowingCall | undefined {
    if (index !== undefined) return this.#byIndex?.get(index);
    return id === undefined ? undefined : this.#calls.findLast((call) => call.id === id);
  }

  #find(piece: CallPiece, known: GrowingCall | undefined): GrowingCall | undefined {
    const { index, id, name } = piece;
    if (index !== undefined) return known && this.#beginsAnew(known, piece) ? undefined : known;
    if (known) return isAnother(known, piece) ? undefined : known;
    const last = this.#calls.at(-1);
    if (id !== undefined) return name === undefined ? last : undefined;
    if (name === undefined || last === undefined) return last;
    const goesOn = last.name === name && !this.#isOpenedNow(last) && !isWhole(last);
    return goesOn ? last : undefined;
  }

  /** Whether a piece with the number of a known call is another call all the same. */
  #beginsAnew(known: GrowingCall, piece: CallPiece): boolean {
    const { id, name, arguments: text } = piece;
    if (name === undefined) return false;
    if (id !== undefined && id === known.id) return isAnother(known, piece);
    if (id !== undefined && known.id !== undefined) return true;
    return this.#isOpenedNow(known) || (text !== '' && isWhole(known));
  }

  #isOpenedNow(call: GrowingCall): boolean {
    return call.key >= this.#openedFrom;
  }

  #open({ index, id, name }: CallPiece): GrowingCall {
    const key = this.#calls.length;
    const call = { key, id, name, arguments: '', untold: '', last: '', isTold: false, origin: undefined };
    this.#calls.push(call);
    if (index !== undefined) (this.#byIndex ??= new Map()).set(index, call);
    return call;
  }
}

/**
 * Whether a piece under the id of a known call is another call: some servers give all calls one id, others name a call in
 * each of its pieces. What is whole does not go on; but an empty object may stand for arguments that are still to come.
 */
function isAnother(known: GrowingCall, { name, arguments: text }: CallPiece): boolean {
  if (name === undefined || text.trim() === '' || !isWhole(known)) return false;
  return name !== known.name || known.arguments.trim() !== '{}';
}

/** Whether a piece says a whole call again, as some servers do at the end: it must not run twice. */
function isRepeated(known: GrowingCall, { id, name, arguments: text }: CallPiece): boolean {
  if (id === undefined || id !== known.id || name !== known.name || !isWhole(known)) return false;
  // What is whole ends so, and what does not is not read.
  return text.trimEnd().endsWith('}') && isJson(text) && compact(text) === compact(known.arguments);
}

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

/** Whether the arguments of a call are complete. An object ends with a brace, and only where one is the whole is read. */
function isWhole(call: GrowingCall): boolean {
  return (call.arguments.length < 16 || call.last.trimEnd().endsWith('}')) && isJson(call.arguments);
}

function readPiece(piece: Record<string, unknown>): CallPiece {
  const called = isObject(piece['function']) ? piece['function'] : piece;
  const { name, arguments: text } = called;
  const { index, id, extra_content: extra } = piece;
  return {
    index: typeof index === 'number' ? index : /^\d+$/.test(textIn(index)) ? Number(index) : undefined,
    id: filled(id),
    name: filled(name),
    arguments: argumentsText(text),
    extra: isObject(extra) ? extra : undefined,
  };
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
