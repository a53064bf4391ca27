/** JSON that is being written: its value so far, whenever that has changed enough to be worth a look. */
export class PartialJson {
  #text = '';
  #shownAt = 0;
  /** The JSON of the value that was given last: pieces that add nothing to it are no news. */
  #given: string | undefined;

  /** Takes a piece; gives the value so far, or nothing when there is none yet or it has hardly grown. */
  grow(piece: string): unknown {
    this.#text += piece;
    // The whole is read again each time: the steps grow with it, so that the sum stays proportional.
    if (this.#text.length < this.#shownAt + Math.max(1, this.#shownAt / 16)) return undefined;
    return this.#read();
  }

  /** Nothing comes any more: gives what the last pieces changed, if they did. What comes then is another JSON. */
  end(): unknown {
    const rest = this.#text.length > this.#shownAt ? this.#read() : undefined;
    this.#text = '';
    this.#shownAt = 0;
    this.#given = undefined;
    return rest;
  }

  #read(): unknown {
    const read = readSoFar(this.#text);
    if (read === undefined) return undefined;
    this.#shownAt = this.#text.length;
    const isNews = read.json !== this.#given;
    this.#given = read.json;
    return isNews ? read.value : undefined;
  }
}

/** A value, and the JSON that it was read from. */
interface ReadJson {
  readonly json: string;
  readonly value: unknown;
}

/** The value that a beginning of JSON tells already: what is unfinished at its end is closed, or left out. */
function readSoFar(text: string): ReadJson | undefined {
  const closers: string[] = [];
  let safe = { end: 0, closers: '' };
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    // Before a comma and after an opening bracket everything so far is whole.
    if (character === ',') safe = { end: at, closers: closers.join('') };
    if (character === '}' || character === ']') closers.shift();
    if (character !== '{' && character !== '[') continue;
    closers.unshift(character === '{' ? '}' : ']');
    safe = { end: at + 1, closers: closers.join('') };
  }
  const close = (inString ? '"' : '') + closers.join('');
  const whole = parse(text + close) ?? parse(text.replace(halfWritten, '') + close);
  return whole ?? parse(text.slice(0, safe.end) + safe.closers);
}

/** An escape in a text, or what a number cannot end with. */
const halfWritten = /(\\(u[\da-f]{0,3})?|[-+.e]{1,2})$/i;

/** `null` says nothing. */
function parse(json: string): ReadJson | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return value === null ? undefined : { json, value };
  } catch {
    return undefined;
  }
}
