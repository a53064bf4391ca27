import type { BlobReference } from '../../conversation/blob.ts';
import type { FileSource } from '../../conversation/content.ts';
import type { StoredBlob } from '../../store/blob.ts';
import type { Deltas } from '../../store/log.ts';
import type { Append } from '../../store/store.ts';
import { bytesIn } from './base64.ts';
import { digestOf } from './digest.ts';
import { exchanged } from './places.ts';
import type { Exchange } from './places.ts';
import { base64Size, isWithin } from './size.ts';

/** What is larger is kept apart, in bytes. */
const largestInPlace = 32 * 1024;

/** How much of a value its reference shows, in characters. */
const previewed = 200;

/**
 * What is to be stored, with every big value in it kept apart and referred to (rule S9): the one place where values are put
 * out on their way into a store.
 */
export async function apart<Some extends Append | Deltas>(said: Some): Promise<Some> {
  const found = new BigValues();
  exchanged(said, found);
  if (found.isEmpty) return said;
  const blobs = await found.digested();
  return { ...exchanged(said, found), blobs };
}

/** Looks for big values first; when they are digested it puts their references in their places. */
class BigValues implements Exchange {
  readonly #files = new Map<FileSource, Put<FileSource>>();
  readonly #values = new Map<unknown, Put<BlobReference>>();

  get isEmpty(): boolean {
    return this.#files.size + this.#values.size === 0;
  }

  file(source: FileSource): FileSource {
    const put = this.#files.get(source);
    if (put) return put.reference ?? source;
    const bytes = source.type === 'base64' && bytesOf(source.data);
    if (bytes && bytes.length > largestInPlace) this.#files.set(source, { bytes });
    return source;
  }

  value(value: unknown): unknown {
    const put = this.#values.get(value);
    if (put) return put.reference ?? value;
    if (isWithin(value, largestInPlace)) return value;
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    if (bytes.length > largestInPlace) this.#values.set(value, { bytes });
    return value;
  }

  async digested(): Promise<readonly StoredBlob[]> {
    const blobs = new Map<string, StoredBlob>();
    const keep = async ({ bytes }: Put<unknown>): Promise<string> => {
      const digest = await digestOf(bytes);
      blobs.set(digest, { digest, bytes });
      return digest;
    };
    for (const put of this.#files.values()) {
      put.reference = { type: 'blob', digest: await keep(put), size: put.bytes.length };
    }
    for (const put of this.#values.values()) {
      const blob = await keep(put);
      const preview = new TextDecoder().decode(put.bytes.subarray(0, previewed * 3)).slice(0, previewed);
      put.reference = { blob, size: put.bytes.length, mediaType: 'application/json', preview };
    }
    return [...blobs.values()];
  }
}

/** A value that is put out, and what takes its place once that is known. */
interface Put<Reference> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  reference?: Reference;
}

/** Nothing for what is not base64: it would not come back as it was, and its provider is to say so. */
function bytesOf(data: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = bytesIn(data);
  return bytes?.length === base64Size(data) ? bytes : undefined;
}
