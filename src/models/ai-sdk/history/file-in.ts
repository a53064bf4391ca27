import type { FilePart, FileSource } from '../../../conversation/content.ts';
import { ChatError } from '../../../conversation/error.ts';
import { isObject } from '../../../conversation/json.ts';
import { base64Of } from '../file.ts';

/**
 * A file as the AI SDK keeps it: its `url` in a page, and in a request `data` or `image`, which are bytes, base64 or an
 * address, bare or under a word that says which. Throws `ChatError` `format` for what is none of that: nothing is left out.
 */
export function fileIn(part: Readonly<Record<string, unknown>>): FilePart {
  const found = sourceOf(part['url'] ?? part['data'] ?? part['image']);
  if (!found) {
    throw new ChatError('format', 'Reading messages of the AI SDK: a file has neither bytes nor an address.');
  }
  const { mediaType = found.mediaType ?? 'image/*', filename } = part;
  const name = typeof filename === 'string' ? { name: filename } : {};
  return { type: 'file', mediaType: String(mediaType), source: found.source, ...name };
}

interface Found {
  readonly source: FileSource;
  /** As a data URL says it. */
  readonly mediaType?: string;
}

function sourceOf(given: unknown): Found | undefined {
  if (given instanceof Uint8Array) return inline(base64Of(given));
  if (given instanceof ArrayBuffer) return sourceOf(new Uint8Array(given));
  if (given instanceof URL) return sourceOf(given.href);
  if (isObject(given)) return taggedSource(given);
  if (typeof given !== 'string') return undefined;
  const [, mediaType, data] = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(given) ?? [];
  if (data !== undefined) return { ...inline(data), ...(mediaType && { mediaType }) };
  return /^https?:/.test(given) ? { source: { type: 'url', url: given } } : inline(given);
}

function taggedSource({ type, data, url, text, reference }: Readonly<Record<string, unknown>>): Found | undefined {
  // What `JSON.stringify` makes of the bytes of a Buffer.
  if (type === 'Buffer' && Array.isArray(data)) return sourceOf(Uint8Array.from(data as number[]));
  if (type === 'data') return sourceOf(data);
  if (type === 'url') return sourceOf(url);
  if (type === 'text' && typeof text === 'string') return sourceOf(new TextEncoder().encode(text));
  const [named] = isObject(reference) ? Object.entries(reference) : [];
  return named && { source: { type: 'provider', provider: named[0], id: String(named[1]) } };
}

function inline(data: string): Found {
  return { source: { type: 'base64', data } };
}
