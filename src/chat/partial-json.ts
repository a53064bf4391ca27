/** JSON that is being written: its value so far, whenever that has changed enough to be worth a look. */
export class PartialJson {
  #text = '';
  #shownAt = 0;

  /** Takes a piece; gives the value so far, or nothing when there is none yet or it has hardly grown. */
  grow(piece: string): unknown {
    this.#text += piece;
    // The whole is read again each time: the steps grow with it, so that the sum stays proportional.
    if (this.#text.length < this.#shownAt + Math.max(1, this.#shownAt / 16)) return undefined;
    const value = valueSoFar(this.#text);
    if (value !== undefined) this.#shownAt = this.#text.length;
    return value;
  }

  /** Nothing comes any more: gives what the last pieces changed, if they did. What comes then is another JSON. */
  end(): unknown {
    const rest = this.#text.length > this.#shownAt ? valueSoFar(this.#text) : undefined;
    this.#text = '';
    this.#shownAt = 0;
    return rest;
  }
}

/** The value that a beginning of JSON tells already: what is unfinished at its end is closed, or left out. */
function valueSoFar(text: string): unknown {
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
