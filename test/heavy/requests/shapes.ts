type Members = Record<string, unknown>;

/** Requests with the same settings, and every shape of a message only once: types do not look at words. */
export class Shapes {
  readonly #seen = new Set<string>();
  readonly #lists = new Map<string, { body: Members; list: string; pieces: unknown[]; names: Set<string> }>();

  add(text: string, name: string): void {
    const body = JSON.parse(text) as Members;
    const list = ['messages', 'input', 'contents'].find((one) => one in body)!;
    const pieces = body[list] as readonly unknown[];
    const rest = plain({ ...body, [list]: [] }) as Members;
    const key = JSON.stringify(rest);
    let same = this.#lists.get(key);
    if (!same) this.#lists.set(key, (same = { body: rest, list, pieces: [], names: new Set() }));
    for (const piece of pieces) {
      const shape = plain(piece);
      const written = JSON.stringify(shape);
      if (this.#seen.has(written)) continue;
      this.#seen.add(written);
      same.pieces.push(shape);
      same.names.add(name);
    }
  }

  /** A few requests that hold all shapes, with the recordings that they were first seen in. */
  *bodies(): Generator<{ readonly text: string; readonly names: string }> {
    for (const { body, list, pieces, names } of this.#lists.values()) {
      yield { text: JSON.stringify({ ...body, [list]: pieces }), names: [...names].join(' ') || 'seen elsewhere' };
    }
  }
}

/** A value with all words of people and models replaced, and all ids: those that types know are short and plain. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return isWord.test(value) ? value : 'text';
  if (Array.isArray(value)) {
    const pieces = value.map(plain);
    const seen = new Set<string>();
    return pieces.filter((piece) => !seen.has(JSON.stringify(piece)) && seen.add(JSON.stringify(piece)));
  }
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? 1 : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** What a type may know: without capitals, or all of them, and without digits but in a date or a version at its end. */
const isWord = /^([a-z][a-z_./-]{0,60}|[A-Z][A-Z_]{0,60})(_?\d{8}|-?\d{1,2})?$/;
