/**
 * Receives the data of one complete event, its name (`''` when it has none, `unframed` for JSON without framing), and the
 * last id that was told (`''` before the first).
 */
export type Receive = (data: string, name: string, id?: string) => void;

/**
 * Cuts a stream of server-sent events into events, however the text was cut.
 *
 * More lenient than the HTML standard where real servers need it: a last event without its blank line counts,
 * and so does JSON that stands between the events without any framing (some servers report errors so).
 *
 * @example
 * const splitter = new SseSplitter((data, name) => console.log(name, data));
 * splitter.push('data: {"a":1}\n\nda');
 * splitter.push('ta: {"a":2}');
 * splitter.end();
 */
export class SseSplitter {
  readonly #receive: Receive;
  /** Text of a line that is not complete. */
  #rest = '';
  #data: string | undefined;
  #name = '';
  #id = '';
  #unframed: string | undefined;
  #started = false;
  /** The last line ended with a CR that was the last character: a LF that follows belongs to it. */
  #afterCr = false;

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  /** Takes the next piece of text. */
  push(piece: string): void {
    if (piece === '') return;
    if (this.#rest !== '' && !piece.includes('\n') && !piece.includes('\r')) {
      // To look into what was joined costs as much as all of it, so a long line is looked into once.
      this.#rest += piece;
      return;
    }
    const searched = this.#rest.length;
    let text = this.#rest + piece;
    if (!this.#started) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    let from = 0;
    if (this.#afterCr) {
      this.#afterCr = false;
      if (text.charCodeAt(0) === lf) from = 1;
    }
    this.#rest = text.slice(this.#lines(text, from, searched));
  }

  /** The stream is over: what is left counts as complete. */
  end(): void {
    const last = this.#rest;
    this.#rest = '';
    if (last !== '') this.#line(last);
    this.#dispatch();
  }

  /** Takes all complete lines, of which none ends before `searched`; returns where the first incomplete one begins. */
  #lines(text: string, start: number, searched: number): number {
    let from = start;
    let search = Math.max(from, searched);
    let cr = text.indexOf('\r', search);
    for (;;) {
      const end = text.indexOf('\n', search);
      if (cr >= 0 && (end < 0 || cr < end)) {
        this.#line(text.slice(from, cr));
        from = this.#afterLine(text, cr);
        cr = text.indexOf('\r', from);
      } else if (end < 0) {
        return from;
      } else if (text.charCodeAt(end + 1) === lf && this.#isPlain(text, from)) {
        this.#receive(text.slice(from + dataPrefix.length, end), '', this.#id);
        from = end + 2;
      } else {
        this.#line(text.slice(from, end));
        from = end + 1;
      }
      search = from;
    }
  }

  #afterLine(text: string, cr: number): number {
    if (text.charCodeAt(cr + 1) === lf) return cr + 2;
    this.#afterCr = cr + 1 === text.length;
    return cr + 1;
  }

  /** Whether the line is the only one of its event, by far the most usual case. */
  #isPlain(text: string, from: number): boolean {
    return (
      this.#data === undefined &&
      this.#unframed === undefined &&
      this.#name === '' &&
      text.slice(from, from + dataPrefix.length) === dataPrefix
    );
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event' && field !== 'id') return this.#otherLine(line);
    this.#dispatchUnframed();
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1);
    if (field === 'event') this.#name = value;
    else if (field === 'id') this.#id = value;
    else this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }

  /** Comments and unknown fields mean nothing; a line that begins like JSON begins JSON without framing. */
  #otherLine(line: string): void {
    const first = line.charCodeAt(0);
    if (first === openBrace || (first === openBracket && this.#unframed === undefined)) {
      this.#dispatch();
      this.#unframed = line;
    } else if (this.#unframed !== undefined && first !== colonSign) {
      this.#unframed += `\n${line}`;
    }
  }

  #dispatch(): void {
    this.#dispatchUnframed();
    const data = this.#data;
    const name = this.#name;
    this.#data = undefined;
    this.#name = '';
    if (data !== undefined) this.#receive(data, name, this.#id);
  }

  #dispatchUnframed(): void {
    const text = this.#unframed;
    this.#unframed = undefined;
    if (text !== undefined) this.#receive(text, 'unframed', this.#id);
  }
}

const dataPrefix = 'data: ';
const lf = 10;
const space = 32;
const colonSign = 58;
const openBracket = 91;
const openBrace = 123;
