import { isObject } from '../../conversation/json.ts';
import { base64Of, bytesIn } from '../../runtime/blobs/base64.ts';
import type { ThreadKey } from '../../store/thread.ts';

/** What a link says: who may decide about what, until when. */
export interface Claims extends ThreadKey {
  readonly call: string;
  /** The digest of what was asked when the link was made (rule D1). */
  readonly seen: string;
  readonly principal: string;
  readonly groups: readonly string[];
  /** How many decisions about the call there were when the link was made. */
  readonly decided: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Claims in a word that nobody else can make. */
export interface Signer {
  sign(claims: Claims): Promise<string>;
  /** What was signed; nothing for what was not, or was altered since. */
  read(token: string): Promise<Claims | undefined>;
}

/** Signs with the first of these secrets, and knows what was signed with any of them. */
export function signerWith(secrets: readonly [string, ...string[]]): Signer {
  const [first, ...before] = secrets;
  const keyOf = (secret: string): Promise<CryptoKey> => {
    return crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign', 'verify']);
  };
  const signing = keyOf(first);
  const keys = [signing, ...before.map(keyOf)];
  return {
    async sign(claims) {
      const payload = textOf(encoder.encode(JSON.stringify(claims)));
      const signature = await crypto.subtle.sign(algorithm, await signing, signed(payload));
      return `${payload}.${textOf(new Uint8Array(signature))}`;
    },
    async read(token) {
      const [payload = '', signature = '', ...more] = token.split('.');
      const bytes = bytesOf(signature);
      // Of one signature there is one spelling, so that a link that works is the one that was sent.
      if (more.length > 0 || !bytes || textOf(bytes) !== signature) return undefined;
      // WebCrypto compares in constant time.
      for (const key of keys) {
        if (await crypto.subtle.verify(algorithm, await key, bytes, signed(payload))) return claimsIn(payload);
      }
      return undefined;
    },
  };
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

/** What is signed names its purpose: a secret that signs other things too makes no links of them. */
function signed(payload: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`yourcall decision link 1.${payload}`);
}

function claimsIn(payload: string): Claims | undefined {
  const claims: unknown = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
  // It was signed, so we wrote it.
  return isObject(claims) ? (claims as unknown as Claims) : undefined;
}

/** Base64 as addresses take it. */
function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return base64Of(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  return bytesIn(text.replaceAll('-', '+').replaceAll('_', '/'));
}
