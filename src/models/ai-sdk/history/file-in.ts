import type { FilePart, FileSource } from '../../../conversation/content.ts';
import { base64Of } from '../file.ts';

/** A file as the AI SDK keeps it: its `url` in a page, and in a request `data` or `image`, which are bytes, base64 or an address. */
export function fileIn(part: Readonly<Record<string, unknown>>): FilePart | undefined {
  const found = sourceOf(part['url'] ?? part['data'] ?? part['image']);
  if (!found) return undefined;
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
  const text = given instanceof URL ? given.href : given;
  if (typeof text !== 'string') return undefined;
  const [, mediaType, data] = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(text) ?? [];
  if (data !== undefined) return { ...inline(data), ...(mediaType && { mediaType }) };
  return /^https?:/.test(text) ? { source: { type: 'url', url: text } } : inline(text);
}

function inline(data: string): Found {
  return { source: { type: 'base64', data } };
}
