import { ChatError } from '../../conversation/error.ts';
import type { Store } from '../../store/store.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { digestOf } from './digest.ts';

/**
 * The bytes of a blob of a thread; nothing for any other (rules S9, X1). Throws `ChatError` `format` when they are not what
 * was stored.
 */
export async function readBlob(
  store: Pick<Store, 'blob'>,
  key: ThreadKey,
  digest: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const stored = await store.blob(key, digest);
  if (!stored) return undefined;
  // Of a pool, or a part of something larger: nothing of that is handed out.
  const bytes = Uint8Array.from(stored);
  const found = await digestOf(bytes);
  if (found === digest) return bytes;
  const message = `Reading blob ${digest} of thread ${key.thread}: its bytes have the digest ${found}.`;
  throw new ChatError('format', message);
}
