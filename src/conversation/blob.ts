import { isObject } from './json.ts';

/** Stands in a thread for a value that its store keeps apart (rule S9): its bytes are the value as JSON, in UTF-8. */
export interface BlobReference {
  /** SHA-256 of the bytes, in lower-case hexadecimal. */
  readonly blob: string;
  /** How many bytes. */
  readonly size: number;
  readonly mediaType: 'application/json';
  /** How the value begins. */
  readonly preview: string;
}

/** Whether a value stands for another one. */
export function isBlobReference(value: unknown): value is BlobReference {
  if (!isObject(value) || Object.keys(value).length !== 4) return false;
  const { blob, size, mediaType, preview } = value;
  const isText = typeof preview === 'string' && typeof size === 'number';
  return isText && mediaType === 'application/json' && typeof blob === 'string' && /^[0-9a-f]{64}$/.test(blob);
}
