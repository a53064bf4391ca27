import type { ContentPart, FilePart } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { Part } from '../../conversation/part.ts';
import { digestIn } from '../file-address.ts';
import type { AgUiPart } from './protocol.ts';

/**
 * What a user may say (rule X2): text, and files as base64, at an https address, which only the provider fetches, or
 * at an address of ours, where the thread has them. Parts of another kind are left out; a text says why it is not taken.
 */
export function contentOf(content: unknown): readonly ContentPart[] | string {
  if (typeof content === 'string') return content === '' ? nothing : [{ type: 'text', text: content }];
  const parts: ContentPart[] = [];
  for (const part of Array.isArray(content) ? content.filter(isObject) : []) {
    const read = partOf(part);
    if (typeof read === 'string') return read;
    if (read) parts.push(read);
  }
  return parts.length > 0 ? parts : nothing;
}

const nothing = 'The message says nothing.';

const kinds: ReadonlySet<unknown> = new Set(['image', 'audio', 'video', 'document']);

function partOf({ type, text, source }: Readonly<Record<string, unknown>>): ContentPart | string | undefined {
  if (type === 'text') return typeof text === 'string' && text !== '' ? { type, text } : undefined;
  if (!kinds.has(type)) return undefined;
  const { type: kind, value, mimeType } = isObject(source) ? source : {};
  // A handle of a provider may be somebody else's file.
  if (typeof value !== 'string' || typeof mimeType !== 'string') return wrongFile;
  if (kind === 'data') return { type: 'file', mediaType: mimeType, source: { type: 'base64', data: value } };
  const digest = kind === 'url' ? digestIn(value) : undefined;
  if (digest !== undefined) return { type: 'file', mediaType: mimeType, source: { type: 'blob', digest, size: 0 } };
  const isSecure = kind === 'url' && URL.canParse(value) && new URL(value).protocol === 'https:';
  return isSecure ? { type: 'file', mediaType: mimeType, source: { type: 'url', url: value } } : wrongFile;
}

const wrongFile = 'A file is sent in base64 or as the https address at which it is, with its mimeType.';

/** What a user has said, as AG-UI has it; files that only a provider or the store has are left out. */
export function saidContent(parts: readonly Part[]): string | readonly AgUiPart[] {
  const told = parts.flatMap((part): readonly AgUiPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    return part.type === 'file' ? filePart(part) : [];
  });
  const [first] = told;
  if (!first) return '';
  return told.length === 1 && first.type === 'text' ? first.text : told;
}

function filePart({ mediaType, source }: FilePart): readonly AgUiPart[] {
  const kind = mediaType.split('/')[0];
  const type = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
  switch (source.type) {
    case 'base64':
      return [{ type, source: { type: 'data', value: source.data, mimeType: mediaType } }];
    case 'url':
      return [{ type, source: { type: 'url', value: source.url, mimeType: mediaType } }];
    case 'blob':
    case 'provider':
      return [];
  }
}
