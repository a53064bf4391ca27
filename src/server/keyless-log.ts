import type { LogEntry } from './log.ts';
import type { Found } from './path.ts';

/**
 * The log of one request: of what broke it is not told what lets in whoever asked. That may stand in the words of an error, such
 * as of a library that reads tokens, or hang on it.
 */
export function keylessLog(log: (entry: LogEntry) => void, request: Request, found: Found): (entry: LogEntry) => void {
  return (entry) => log(entry.type === 'error' ? { ...entry, error: withoutKeys(entry.error, request, found) } : entry);
}

function withoutKeys(error: unknown, request: Request, found: Found): unknown {
  try {
    const keys = keysIn(request, found).filter((key) => key.length >= shortest);
    // The longest first: one may begin like another.
    return new Cleaning(keys.toSorted((one, other) => other.length - one.length)).of(error, 0);
  } catch {
    return new Error('what broke cannot be shown: it may hold the keys of whoever asked');
  }
}

/** What is shorter is nobody's key, in characters; it would stand in many words. */
const shortest = 6;

const naming = /auth|token|key|secret|cookie|passw|session|signature|jwt|^sig$|^code$/i;

/** What lets in whoever asks: in headers, in the query, and in a path that does so by itself. */
function keysIn({ headers, url }: Request, found: Found): readonly string[] {
  const named = [...headers, ...new URL(url).searchParams].filter(([name]) => naming.test(name));
  const values = named.flatMap(([, value]) => [
    value,
    ...value.split(/[;,]\s*/).flatMap((piece) => [piece, behind(piece)]),
  ]);
  const paths = found.type === 'route' && found.route.admit ? Object.values(found.params) : [];
  return [...values, ...paths].flatMap((key) => [key, encodeURIComponent(key)]);
}

/** Behind the name of a scheme or of a cookie. */
function behind(value: string): string {
  return value.slice(value.search(/[ =]/) + 1);
}

/** Values without keys; what holds none stays the same. */
class Cleaning {
  readonly #keys: readonly string[];
  readonly #seen = new Map<object, unknown>();

  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (this.#seen.has(value)) return this.#seen.get(value);
    if (value instanceof Date) return value;
    if (value instanceof URL) return this.#text(value.href);
    // Nobody looks further down into an error, and what is no data shows more of itself than its members.
    if (depth > deepest || !isData(value)) return aside;
    this.#seen.set(value, aside);
    const cleaned = this.#members(value, depth);
    this.#seen.set(value, cleaned);
    return cleaned;
  }

  #text(text: string): string {
    return this.#keys.reduce((left, key) => left.replaceAll(key, '(key)'), text);
  }

  #members(value: object, depth: number): object {
    const names = Reflect.ownKeys(value).filter((name) => !(Array.isArray(value) && name === 'length'));
    const members = names.map((name) => {
      const before: unknown = Reflect.get(value, name);
      const told = typeof name === 'string' ? this.#text(name) : name;
      return { name, told, before, after: this.of(before, depth + 1) };
    });
    if (members.every(({ name, told, before, after }) => name === told && before === after)) return value;
    // Of the same kind, so that whoever reads the log knows it.
    const copy: object = Array.isArray(value)
      ? []
      : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
    for (const { name, told, after } of members) {
      const enumerable = Object.prototype.propertyIsEnumerable.call(value, name);
      Object.defineProperty(copy, told, { value: after, enumerable, writable: true, configurable: true });
    }
    return copy;
  }
}

const deepest = 8;
const aside = '(left out)';

/** A request or a connection is none, which hangs on many an error: it holds its headers where nobody finds them. */
function isData(value: object): boolean {
  if (value instanceof Error || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
