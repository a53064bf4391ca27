import { deepest } from './depth.ts';
import { isObject } from './json.ts';

/**
 * JSON with one spelling only (RFC 8785): members in the order of their UTF-16 code units, numbers as ECMAScript writes them.
 * Throws on what has no such spelling or is told apart only by some readers (rule D2).
 */
export function canonicalJson(value: unknown): string {
  assertJson(value);
  return orderedJson(value);
}

/** The same spelling for whatever JSON can hold, also for what `canonicalJson` throws on. */
export function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(orderedJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${members
    .sort()
    .map((name) => `${JSON.stringify(name)}:${orderedJson(value[name])}`)
    .join(',')}}`;
}

/** Throws where `canonicalJson` would, and is done sooner. */
export function assertJson(value: unknown, depth = 0): void {
  if (typeof value === 'object' && value !== null) {
    if (depth === deepest) throw new TypeError(`more than ${deepest} values within each other`);
    if (Array.isArray(value)) return value.forEach((one) => assertJson(one, depth + 1));
    if (!isPlain(value)) throw new TypeError(`${nameOf(value)} is not JSON`);
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      checkName(name);
      assertJson(member, depth + 1);
    }
  } else if (typeof value === 'number') checkNumber(value);
  else if (typeof value === 'string') checkText(value);
  else if (value !== null && typeof value !== 'boolean') throw new TypeError(`${nameOf(value)} is not JSON`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function nameOf(value: unknown): string {
  return isObject(value) ? `a ${value.constructor.name}` : typeof value;
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw new TypeError('text with half of a surrogate pair');
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new TypeError(`${value} is not a safe integer`);
}

function checkName(name: string): void {
  if (name === '__proto__') throw new TypeError('a member named __proto__');
  checkText(name);
}

/** SHA-256 of a text's UTF-8 bytes, in lower-case hexadecimal (FIPS 180-4). Synchronous: WebCrypto's costs 60 µs a call. */
export function sha256(text: string): string {
  return hexadecimal(sha256Words(new TextEncoder().encode(text)));
}

/** The eight words of the digest in lower-case hexadecimal. */
export function hexadecimal(words: Uint32Array): string {
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** The eight words of the SHA-256 of bytes. */
export function sha256Words(bytes: Uint8Array): Uint32Array {
  const message = padded(bytes);
  const state = Int32Array.from(initialState);
  for (let offset = 0; offset < message.byteLength; offset += 64) {
    for (let i = 0; i < 16; i += 1) schedule[i] = message.getInt32(offset + i * 4);
    extend(schedule);
    compress(state, schedule);
  }
  return new Uint32Array(state.buffer);
}

/** Of the block that is being digested. */
const schedule = new Int32Array(64);

function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const all = new Uint8Array(length);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, bytes.length * 8);
  return view;
}

function extend(words: Int32Array): void {
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15]!;
    const b = words[i - 2]!;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16]! + s0 + words[i - 7]! + s1;
  }
}

// By names, since a list for each round would cost as much as all the rest; and signed, which needs no floating point. Most
// processes digest too little to be warm.
function compress(state: Int32Array, words: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[i]! + words[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] = state[i]! + sums[i]!;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractional parts of a root of the first primes: the constants of FIPS 180-4. */
function rootsOfPrimes(count: number, power: number): Int32Array {
  const roots = new Int32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate += 1) {
    if (!isPrime(candidate)) continue;
    const root = candidate ** power;
    roots[found] = (root - Math.floor(root)) * 2 ** 32;
    found += 1;
  }
  return roots;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) return false;
  return true;
}

const initialState = rootsOfPrimes(8, 1 / 2);
const roundConstants = rootsOfPrimes(64, 1 / 3);
