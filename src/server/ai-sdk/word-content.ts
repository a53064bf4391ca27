import type { ContentPart, FileSource } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import { digestIn } from '../file-address.ts';

/** Why a message is not taken. */
export interface WrongPart {
  readonly wrong: string;
}

/**
 * What a user may say (rule X2): text, and files as base64, at an https address, which only the provider fetches, or
 * at an address of ours, where the thread has them. Parts of another kind are left out.
 */
export function contentOf(parts: readonly unknown[]): { readonly content: readonly ContentPart[] } | WrongPart {
  const content: ContentPart[] = [];
  for (const part of parts.filter(isObject)) {
    const read = contentPart(part);
    if (read && 'wrong' in read) return read;
    if (read) content.push(read);
  }
  return content.length > 0 ? { content } : { wrong: 'The message says nothing.' };
}

function contentPart(part: Readonly<Record<string, unknown>>): ContentPart | WrongPart | undefined {
  const { type, text, url, mediaType, filename } = part;
  if (type === 'text') return typeof text === 'string' && text !== '' ? { type, text } : undefined;
  if (type !== 'file') return undefined;
  const name = typeof filename === 'string' ? { name: filename } : {};
  const inline = typeof url === 'string' ? dataUrl.exec(url) : undefined;
  if (inline) {
    const [, media = '', data = ''] = inline;
    return { type, mediaType: media, source: { type: 'base64', data }, ...name };
  }
  const source = typeof url === 'string' ? sourceAt(url) : undefined;
  if (source && typeof mediaType === 'string') return { type, mediaType, source, ...name };
  return { wrong: 'A file is sent as a data URL in base64, or as the https address at which it is.' };
}

/** Where a file is that is not sent along; nothing for an address that nobody fetches from. */
function sourceAt(url: string): FileSource | undefined {
  const digest = digestIn(url);
  if (digest !== undefined) return { type: 'blob', digest, size: 0 };
  return URL.canParse(url) && new URL(url).protocol === 'https:' ? { type: 'url', url } : undefined;
}

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.+-]+)*;base64,([A-Za-z0-9+/]*={0,2})$/;
