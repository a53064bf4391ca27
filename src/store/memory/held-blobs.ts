import type { StoredBlob } from '../blob.ts';
import { nameOf } from '../thread.ts';
import type { ThreadKey } from '../thread.ts';

/** Big values of all threads, each once for its tenant, and who refers to it (rule S9). */
export class HeldBlobs {
  readonly #blobs = new Map<string, HeldBlob>();

  /** Keeps what a thread brings. */
  keep(key: ThreadKey, blobs: readonly StoredBlob[] = []): void {
    for (const { digest, bytes } of blobs) {
      const place = placeOf(key, digest);
      const held = this.#blobs.get(place) ?? { bytes: bytes.slice(), threads: new Set() };
      held.threads.add(nameOf(key));
      this.#blobs.set(place, held);
    }
  }

  find(key: ThreadKey, digest: string): Uint8Array | undefined {
    const held = this.#blobs.get(placeOf(key, digest));
    return held?.threads.has(nameOf(key)) ? held.bytes.slice() : undefined;
  }

  /** Drops what no other thread refers to. */
  erase(key: ThreadKey): void {
    for (const [place, { threads }] of this.#blobs) {
      if (threads.delete(nameOf(key)) && threads.size === 0) this.#blobs.delete(place);
    }
  }
}

interface HeldBlob {
  readonly bytes: Uint8Array;
  /** By their names. */
  readonly threads: Set<string>;
}

function placeOf({ tenant }: ThreadKey, digest: string): string {
  return JSON.stringify([tenant, digest]);
}
