import type { Origin } from './content.ts';
import type { DeltaEvent } from './event.ts';
import type { Message } from './message.ts';
import type { Part } from './part.ts';
import { isSettled } from './move.ts';
import type { ToolCall } from './tool-call.ts';
import { noUsage } from './usage.ts';
import type { Usage } from './usage.ts';

/** How far the run has come that the user's last word began (rule L6). */
export interface RunState {
  /** Model calls since the last word of the user or the last decision of a person. */
  readonly steps: number;
  /** Spent since the last word of the user. */
  readonly usage: Usage;
  /**
   * Names of traced runs that the next one goes on from, as whoever traced them wrote them: the last one that ended with
   * something left to do, and behind it those that ended without a word.
   */
  readonly traces?: readonly string[];
}

/** Nothing was done yet. */
export const freshRun: RunState = { steps: 0, usage: noUsage };

/**
 * Messages being written, copied on write: what was handed out never changes, what nobody has seen is written in place.
 * So a delta costs the same whatever the length of the history and of the answer.
 */
export class Draft {
  run: RunState;
  #messages: Message[];
  #handedOut = true;
  /** The message that was written last, if nobody outside has seen it since: it is written in place. */
  #fresh: Message | undefined;
  #text: GrowingText | undefined;
  #places: Map<string, Place> | undefined;
  readonly #unsettled = new Set<string>();

  constructor(messages: readonly Message[] = [], run: RunState = freshRun) {
    // Never written to while `#handedOut` is true.
    this.#messages = messages as Message[];
    this.run = run;
  }

  get messages(): readonly Message[] {
    this.#finishText();
    this.#handedOut = true;
    this.#fresh = undefined;
    return this.#messages;
  }

  /** The message with this id; throws when there is none. */
  message(id: string): Message {
    this.#finishText();
    this.#fresh = undefined;
    return this.#messages[this.#indexOf(id)]!;
  }

  has(id: string): boolean {
    return this.#find(id) >= 0;
  }

  /** Replaces the message with its id; puts a new one behind another, or at the end. */
  put(message: Message, behind?: string): void {
    this.#finishText();
    const found = this.#find(message.id);
    if (found < 0) {
      if (behind && this.has(behind)) return this.#rebuild((one) => (one.id === behind ? [one, message] : one));
      if (this.#places) this.#register(message, this.#messages.length, this.#places);
      return this.#write(this.#messages.length, message);
    }
    // Its calls may be others: they are looked for when somebody asks.
    if (this.#messages[found]!.parts !== message.parts) this.#places = undefined;
    this.#write(found, message);
  }

  remove(id: string): void {
    this.#rebuild((message) => (message.id === id ? [] : message));
  }

  /** Removes the message with this id and all that follow it. */
  removeFrom(id: string): void {
    const from = this.#indexOf(id);
    this.#rebuild((message, index) => (index < from ? message : []));
  }

  putPart(id: string, place: number, part: Part): void {
    this.#finishText();
    const index = this.#indexOf(id);
    const message = this.#messages[index]!;
    if (place > message.parts.length) throw tooEarly(id, place);
    if (this.#fresh !== message) this.#write(index, (this.#fresh = { ...message, parts: message.parts.slice() }));
    (this.#messages[index]!.parts as Part[])[place] = part;
    if (part.type === 'tool' && this.#places) this.#registerCall(part.call, { index, place }, this.#places);
  }

  /** Appends to a text or reasoning part, which it opens when it is new. */
  append(event: DeltaEvent): void {
    let text = this.#text;
    if (text?.part !== event.part || text.message !== event.message || text.type !== event.type) {
      this.#finishText();
      text = this.#text = this.#growing(event);
    }
    text.pieces[text.next] = event.delta;
    if (event.origin) text.origin = event.origin;
    text.next = (text.next + 1) % 32;
    if (text.next > 0) return;
    // Joined in lumps: one string node a delta would outlive the young generation and make it grow, as would a long list.
    text.start += text.pieces.join('');
    text.pieces.fill('');
  }

  /** Every call that is not settled, in the order in which they came. */
  get unsettled(): readonly ToolCall[] {
    return [...this.eachUnsettled()];
  }

  get hasUnsettled(): boolean {
    this.#allPlaces();
    return this.#unsettled.size > 0;
  }

  /** The same, one by one: whoever needs the first of them need not look at all. */
  *eachUnsettled(): Generator<ToolCall> {
    const places = this.#allPlaces();
    for (const id of this.#unsettled) yield this.#callAt(places.get(id)!);
  }

  findCall(id: string): ToolCall | undefined {
    const place = this.#allPlaces().get(id);
    return place && this.#callAt(place);
  }

  messageOf(call: string): Message | undefined {
    const place = this.#allPlaces().get(call);
    return place && this.messages[place.index];
  }

  /** Puts a call that is in the messages already. */
  putCall(call: ToolCall, origin?: Origin): void {
    const { index, place } = this.#allPlaces().get(call.id)!;
    const part = this.#messages[index]!.parts[place]!;
    this.putPart(this.#messages[index]!.id, place, { ...part, call, ...(origin && { origin }) } as Part);
  }

  #growing({ type, message, part }: DeltaEvent): GrowingText {
    const { parts } = this.#messages[this.#indexOf(message)]!;
    if (part > parts.length) throw tooEarly(message, part);
    const before = parts[part];
    if (before && before.type !== type)
      throw new Error(`Part ${part} of message ${message} is ${before.type}, not ${type}.`);
    return { type, message, part, start: before?.text ?? '', pieces: [], next: 0, origin: before?.origin };
  }

  #finishText(): void {
    const text = this.#text;
    if (text === undefined) return;
    this.#text = undefined;
    const { type, message, part, start, pieces, origin } = text;
    this.putPart(message, part, { type, text: start + pieces.join(''), ...(origin && { origin }) });
  }

  #write(index: number, message: Message): void {
    if (this.#handedOut) this.#messages = this.#messages.slice();
    this.#handedOut = false;
    this.#messages[index] = message;
  }

  #rebuild(each: (message: Message, index: number) => Message | readonly Message[]): void {
    this.#finishText();
    this.#messages = this.#messages.flatMap(each);
    this.#handedOut = false;
    this.#places = undefined;
  }

  #indexOf(id: string): number {
    const index = this.#find(id);
    if (index < 0) throw new Error(`Message ${id} is not in this conversation.`);
    return index;
  }

  #find(id: string): number {
    // From the end: nearly every event is about the newest message.
    return this.#messages.findLastIndex((message) => message.id === id);
  }

  #callAt({ index, place }: Place): ToolCall {
    // Places are kept for tool parts alone.
    return (this.#messages[index]!.parts[place] as { call: ToolCall }).call;
  }

  #allPlaces(): Map<string, Place> {
    if (this.#places) return this.#places;
    this.#unsettled.clear();
    const places = new Map<string, Place>();
    this.#messages.forEach((message, index) => this.#register(message, index, places));
    return (this.#places = places);
  }

  #register(message: Message, index: number, places: Map<string, Place>): void {
    message.parts.forEach((part, place) => {
      if (part.type === 'tool') this.#registerCall(part.call, { index, place }, places);
    });
  }

  #registerCall(call: ToolCall, place: Place, places: Map<string, Place>): void {
    places.set(call.id, place);
    if (isSettled(call.state)) this.#unsettled.delete(call.id);
    else this.#unsettled.add(call.id);
  }
}

function tooEarly(message: string, part: number): Error {
  return new Error(`Part ${part} of message ${message} came before the parts ahead of it.`);
}

/** Where a call stands in the messages. */
interface Place {
  readonly index: number;
  readonly place: number;
}

/** The part that grows; its pieces are joined when somebody looks. */
interface GrowingText {
  readonly type: 'text' | 'reasoning';
  readonly message: string;
  readonly part: number;
  start: string;
  /** What is not joined yet; one list for as long as the part grows, since a new one would outlive the young generation too. */
  readonly pieces: string[];
  /** Where in it the next one goes. */
  next: number;
  origin: DeltaEvent['origin'] | undefined;
}
