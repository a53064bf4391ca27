import { isBlobReference } from '../conversation/blob.ts';
import { isObject } from '../conversation/json.ts';
import type { ReadThread } from '../runtime/runtime.ts';
import type { View } from './reader-view.ts';

/** What is kept apart of a thread, as whatever refers to it says. */
export interface KeptBlob {
  readonly mediaType: string;
  readonly name?: string;
}

/**
 * What somebody may see of this digest in a thread: nothing where no message refers to it that they see. What a provider
 * wants back is kept in the same way, and shown to nobody (rule X3).
 */
export function keptFor(view: View, { messages }: Pick<ReadThread, 'messages'>, digest: string): KeptBlob | undefined {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  for (const message of messages) {
    const found = keptIn(view.message(message).parts, digest);
    if (found) return found;
  }
  return undefined;
}

function keptIn(value: unknown, digest: string): KeptBlob | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isBlobReference(value) && value.blob === digest) return { mediaType: value.mediaType };
  if (isObject(value) && value['type'] === 'file') {
    const { source, mediaType, name } = value;
    const isIt = isObject(source) && source['type'] === 'blob' && source['digest'] === digest;
    if (isIt && typeof mediaType === 'string') return { mediaType, ...(typeof name === 'string' && { name }) };
  }
  for (const member of Object.values(value)) {
    const found = keptIn(member, digest);
    if (found) return found;
  }
  return undefined;
}
