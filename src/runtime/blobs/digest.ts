import { hexadecimal } from '../../conversation/digest.ts';

/** SHA-256 of bytes, in lower-case hexadecimal; however many they are, it does not hold up the event loop. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new DataView(await crypto.subtle.digest('SHA-256', bytes));
  return hexadecimal(Uint32Array.from({ length: 8 }, (_, word) => digest.getUint32(word * 4)));
}
