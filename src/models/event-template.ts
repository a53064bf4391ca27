import { endOfString } from '../conversation/depth.ts';
import { isObject } from '../conversation/json.ts';

type Members = Record<string, unknown>;

/** A member that is another one each time. */
export interface Hole {
  readonly holder: Members;
  readonly name: string;
}

/** Where an event holds the piece of text that it brings, if it brings one. */
export type PieceIn = (event: unknown) => Hole | undefined;

/** What providers put at the top of their events and nobody reads: a number, and a text that hides how long the piece is. */
const varying = ['sequence_number', 'obfuscation'];

/**
 * Reads events that differ from one another in a few members only, as those of a text do: what stands around these is
 * compared, and not parsed again. An event that differs in more is not read here, so what is read is what `JSON.parse` gives,
 * to the letter; but it is the same object each time.
 */
export class EventTemplate {
  readonly #event: unknown;
  readonly #holes: readonly Hole[];
  /** What stands before each hole. */
  readonly #before: readonly string[];
  readonly #tail: string;
  /** The tail without its blanks, where it is nothing but brackets: Anthropic puts other blanks between them each time. */
  readonly #brackets: string | undefined;

  private constructor(event: unknown, holes: readonly Hole[], literals: readonly string[]) {
    this.#event = event;
    this.#holes = holes;
    this.#before = literals.slice(0, -1);
    this.#tail = literals.at(-1)!;
    this.#brackets = /^[ \]}]*$/.test(this.#tail) ? this.#tail.replaceAll(' ', '') : undefined;
  }

  /** A template of events like this one; none where its members cannot be told from its text. */
  static of(text: string, event: unknown, pieceIn: PieceIn): EventTemplate | undefined {
    const piece = pieceIn(event);
    if (!piece || !isObject(event)) return undefined;
    const others = varying.filter((name) => name in event).map((name) => ({ holder: event, name }));
    const places = [piece, ...others].map((hole) => ({ hole, at: placeOf(hole.name, text) }));
    if (places.some(({ at }) => at < 0)) return undefined;
    places.sort((one, other) => one.at - other.at);
    const literals: string[] = [];
    let from = 0;
    for (const { at } of places) {
      literals.push(text.slice(from, at));
      from = endOfValue(text, at);
    }
    literals.push(text.slice(from));
    const holes = places.map(({ hole }) => hole);
    if (!stands(holes, literals, pieceIn)) return undefined;
    // Copies, since slices would keep the whole read that they were cut out of.
    return new EventTemplate(event, holes, JSON.parse(JSON.stringify(literals)) as string[]);
  }

  /** The event of a text, until the next one is read; nothing when it is another kind. */
  read(text: string): unknown {
    let at = 0;
    try {
      for (let i = 0; i < this.#holes.length; i += 1) {
        const before = this.#before[i]!;
        // By slices: `startsWith` goes letter by letter.
        if (text.slice(at, at + before.length) !== before) return undefined;
        at += before.length;
        const { holder, name } = this.#holes[i]!;
        const plain = endOfPlain(text, at);
        const end = plain > 0 ? plain : endOfValue(text, at);
        if (end === at) return undefined;
        holder[name] = plain > 0 ? text.slice(at + 1, end - 1) : valueOf(text, at, end);
        at = end;
      }
    } catch {
      // Not the end of a value after all.
      return undefined;
    }
    const isLike = this.#brackets === undefined ? text.slice(at) === this.#tail : closes(text, at, this.#brackets);
    return isLike ? this.#event : undefined;
  }
}

/** Where the value of a member begins; -1 when the text has several members of that name, or none. */
function placeOf(name: string, text: string): number {
  const key = `"${name}":`;
  const at = text.indexOf(key);
  if (at < 0 || text.includes(key, at + 1)) return -1;
  let start = at + key.length;
  while (text.charCodeAt(start) === space) start += 1;
  return start;
}

/** Where a text or a whole number ends. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === quote) return endOfString(text, start) + 1;
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Whether what is put into the holes stands where it is taken from. */
function stands(holes: readonly Hole[], literals: readonly string[], pieceIn: PieceIn): boolean {
  const probed = literals.map((literal, i) => (i < holes.length ? `${literal}"hole ${i}"` : literal)).join('');
  const event = parsed(probed);
  const piece = pieceIn(event);
  if (!piece || !isObject(event)) return false;
  return holes.every(({ name }, i) => (name === piece.name ? piece.holder[name] : event[name]) === `hole ${i}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a short text ends in which every character stands for itself, as nearly all are; 0 when it is none. */
function endOfPlain(text: string, start: number): number {
  if (text.charCodeAt(start) !== quote) return 0;
  // No longer: a longer slice would keep the whole read that it was cut out of.
  for (let at = start + 1; at <= start + 13; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash || code < space) return 0;
  }
  return 0;
}

/** A whole number has no need of a parser. */
function valueOf(text: string, start: number, end: number): unknown {
  const value = text.slice(start, end);
  const isNumber = isDigit(value.charCodeAt(0)) && (value.length === 1 || value.charCodeAt(0) !== zero);
  return isNumber ? Number(value) : JSON.parse(value);
}

/** Whether nothing but these brackets stands from here on, and blanks between them. */
function closes(text: string, start: number, brackets: string): boolean {
  let at = start;
  for (let i = 0; i < brackets.length; i += 1) {
    while (text.charCodeAt(at) === space) at += 1;
    if (text.charCodeAt(at) !== brackets.charCodeAt(i)) return false;
    at += 1;
  }
  return at === text.length;
}

const space = 32;
const quote = 34;
const zero = 48;
const backslash = 92;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
