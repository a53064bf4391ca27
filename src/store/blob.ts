/** A big value that is kept apart from whatever refers to it: once for a tenant, by its digest (rule S9). */
export interface StoredBlob {
  /** SHA-256 of the bytes, in lower-case hexadecimal. */
  readonly digest: string;
  readonly bytes: Uint8Array;
}
