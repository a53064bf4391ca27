import type { ContentPart } from '../conversation/content.ts';
import { orderedJson } from '../conversation/digest.ts';
import type { Part } from '../conversation/part.ts';
import { bytesIn } from '../runtime/blobs/base64.ts';
import { digestOf } from '../runtime/blobs/digest.ts';

/** Whether a message says what is said now: its store may keep the bytes of a file apart, and know it by their digest. */
export async function isSaid(stored: readonly Part[], content: string | readonly ContentPart[]): Promise<boolean> {
  const said: readonly Part[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const spellings = [stored, said].map(async (parts) => orderedJson(await Promise.all(parts.map(byDigest))));
  const [before, now] = await Promise.all(spellings);
  return before === now;
}

async function byDigest(part: Part): Promise<object> {
  if (part.type !== 'file') return part;
  const { source } = part;
  switch (source.type) {
    case 'base64':
      return { ...part, source: await digestOf(bytesIn(source.data) ?? new Uint8Array()) };
    case 'blob':
      return { ...part, source: source.digest };
    case 'url':
    case 'provider':
      return part;
  }
}
