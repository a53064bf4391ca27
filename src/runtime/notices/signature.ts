import { base64Of, bytesIn } from '../blobs/base64.ts';

/** What is signed: its id, when in seconds since the epoch, and the body as it is sent. */
export interface Signed {
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
}

/** Signatures of a message as Standard Webhooks has them, one for each secret. */
export async function signaturesOf(secrets: readonly string[], { id, seconds, body }: Signed): Promise<string> {
  const text = encoder.encode(`${id}.${seconds}.${body}`);
  const all = await Promise.all(
    secrets.map(async (secret) => {
      const key = await crypto.subtle.importKey('raw', keyOf(secret), algorithm, false, ['sign']);
      return `v1,${base64Of(new Uint8Array(await crypto.subtle.sign(algorithm, key, text)))}`;
    }),
  );
  return all.join(' ');
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

/** Behind `whsec_` a secret is base64; any other one is taken as it stands. Nothing where that cannot be read. */
export function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const prefix = 'whsec_';
  const bytes = secret.startsWith(prefix) ? bytesIn(secret.slice(prefix.length)) : encoder.encode(secret);
  return new Uint8Array(bytes ?? []);
}
