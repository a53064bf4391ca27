import { hexadecimal, sha256, sha256Words } from '../../conversation/digest.ts';
import { ChatError } from '../../conversation/error.ts';

/** Turns a text into 64 hexadecimal digits. */
export type Hash = (text: string) => string;

/** HMAC-SHA-256 under a secret (RFC 2104), or SHA-256 when there is none. Synchronous: SQLite's transactions wait for nothing. */
export function hashUnder(secret: string | undefined): Hash {
  if (secret === undefined) return sha256;
  if (secret === '') throw new ChatError('invalid-request', 'Keeping an audit trail: its secret is empty.');
  const key = blockOf(secret);
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = key.map((byte) => byte ^ 0x5c);
  return (text) => hexadecimal(sha256Words(joined(outer, digestOf(joined(inner, encoder.encode(text))))));
}

const encoder = new TextEncoder();

function blockOf(secret: string): Uint8Array {
  const bytes = encoder.encode(secret);
  const block = new Uint8Array(64);
  block.set(bytes.length > block.length ? digestOf(bytes) : bytes);
  return block;
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const digest = new DataView(new ArrayBuffer(32));
  sha256Words(bytes).forEach((word, index) => digest.setUint32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
