import { isObject } from '../../conversation/json.ts';

type Path = readonly (string | number)[];
type Tree = Record<string | number, unknown>;

/**
 * Arguments that arrive value by value, each with the path where it stands (`$.order.items[0].name`), and long texts in
 * pieces. They become JSON text as they come; should a value come out of order, the text is written anew at the end.
 */
export class PartialArguments {
  #text = '';
  /** What of it was not told yet: to cut it out of the whole, piece by piece, would take ever longer. */
  #untold = '';
  #isTold = false;
  /** Where the last value stands. */
  #path: Path = [];
  #isOpen = false;
  /** Paths that were begun: none of them may come again. */
  readonly #begun = new Set<string>();
  #inOrder = true;
  readonly #tree = record();

  /** JSON as far as it has come. */
  get text(): string {
    return this.#text;
  }

  /** What was written since it was last asked for. */
  news(): string {
    const news = this.#untold;
    this.#untold = '';
    this.#isTold ||= news !== '';
    return news;
  }

  take(values: readonly unknown[]): void {
    for (const value of values) {
      if (!isObject(value) || typeof value['jsonPath'] !== 'string') continue;
      const path = parsePath(value['jsonPath']);
      if (path.length > 0) this.#add(path, valueOf(value), value['willContinue'] === true);
    }
  }

  /** The whole, once all values are there. */
  end(): string {
    if (!this.#inOrder) {
      this.#text = JSON.stringify(this.#tree);
      this.#untold = this.#isTold ? '' : this.#text;
    } else if (this.#path.length > 0) this.#write(`${this.#closed(0, this.#path.length)}}`);
    return this.#text;
  }

  #write(piece: string): void {
    this.#text += piece;
    this.#untold += piece;
  }

  #add(path: Path, value: unknown, willContinue: boolean): void {
    const isSame = path.length === this.#path.length && same(path, this.#path) === path.length;
    const goesOn = this.#isOpen && isSame;
    put(this.#tree, path, goesOn && typeof value === 'string' ? { more: value } : { value });
    if (goesOn && typeof value === 'string') this.#write(JSON.stringify(value).slice(1, -1));
    else this.#begin(path, value);
    if (this.#isOpen && !willContinue) {
      this.#write('"');
      this.#isOpen = false;
    }
  }

  #begin(path: Path, value: unknown): void {
    const common = Math.min(same(path, this.#path), path.length - 1);
    this.#inOrder &&= this.#follows(path, common);
    this.#write(this.#path.length === 0 ? '{' : `${this.#closed(common, this.#path.length)},`);
    for (let i = common; i < path.length; i += 1) {
      const name = path[i]!;
      if (typeof name === 'string') this.#write(`${JSON.stringify(name)}:`);
      if (i < path.length - 1) this.#write(typeof path[i + 1] === 'number' ? '[' : '{');
    }
    this.#path = path;
    this.#isOpen = typeof value === 'string';
    this.#write(this.#isOpen ? JSON.stringify(value).slice(0, -1) : JSON.stringify(value));
  }

  /** What closes the last value, and everything around it down to this depth. */
  #closed(depth: number, from: number): string {
    let text = this.#isOpen ? '"' : '';
    for (let i = from - 1; i > depth; i -= 1) text += typeof this.#path[i] === 'number' ? ']' : '}';
    return text;
  }

  /** Whether a value may be written behind the last one. */
  #follows(path: Path, common: number): boolean {
    for (let i = common; i < path.length; i += 1) {
      const key = JSON.stringify(path.slice(0, i + 1));
      const name = path[i];
      const before = JSON.stringify([...path.slice(0, i), typeof name === 'number' ? name - 1 : 0]);
      if (this.#begun.has(key) || (typeof name === 'number' && name > 0 && !this.#begun.has(before))) return false;
      this.#begun.add(key);
    }
    return typeof path[common] === typeof (this.#path[common] ?? path[common]);
  }
}

const segment = /\.([^.[\]]+)|\[(\d+)\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/g;

function parsePath(path: string): Path {
  return [...path.matchAll(segment)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index),
  );
}

function valueOf({ stringValue, numberValue, boolValue }: Record<string, unknown>): unknown {
  return stringValue ?? numberValue ?? boolValue ?? null;
}

/** How many names two paths share. */
function same(a: Path, b: Path): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/** An object in which `__proto__` is a name like any other. */
function record(): Tree {
  return Object.create(null) as Tree;
}

/** Puts a value into a tree, or more of a text that stands there. */
function put(tree: Tree, path: Path, piece: { readonly value: unknown } | { readonly more: string }): void {
  let place = tree;
  for (const [i, name] of path.slice(0, -1).entries()) {
    checkPlace(place, name);
    if (typeof place[name] !== 'object') place[name] = typeof path[i + 1] === 'number' ? [] : record();
    // Just made, or made so before; only a list of null stays one.
    place = (place[name] ??= record()) as Tree;
  }
  const last = path.at(-1)!;
  checkPlace(place, last);
  place[last] = 'more' in piece ? `${String(place[last])}${piece.more}` : piece.value;
}

/** How far behind its end a list may be written. */
const farthest = 1000;

/** Throws where a list would get a name, or so long a gap that nobody could write it. */
function checkPlace(place: Tree, name: string | number): void {
  if (!Array.isArray(place) || (typeof name === 'number' && name <= place.length + farthest)) return;
  throw new RangeError(`Arguments with a list cannot have something at ${JSON.stringify(name)}.`);
}
