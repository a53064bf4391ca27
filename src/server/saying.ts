import type { ContentPart, FilePart } from '../conversation/content.ts';
import { isObject } from '../conversation/json.ts';
import { Problem } from './problem.ts';

/**
 * What a client may say: a text, or texts and files, whose bytes come along, stand at an https address that only a
 * provider fetches, or are in the thread. Of each part only what it may say is taken (rule X2). Throws `malformed`.
 */
export function contentIn(value: unknown): string | readonly ContentPart[] {
  if (typeof value === 'string' && value.trim() !== '') return wellFormed(value);
  if (!Array.isArray(value) || value.length === 0) throw wrong('is neither text nor a list of parts');
  const parts = value.map(partIn);
  if (parts.every((part) => part.type === 'text' && part.text.trim() === '')) throw wrong('says nothing');
  return parts;
}

function partIn(part: unknown): ContentPart {
  if (!isObject(part)) throw wrong('has a part that is no object');
  const { type, text, mediaType, name } = part;
  if (type === 'text' && typeof text === 'string') return { type, text: wellFormed(text) };
  if (type !== 'file' || typeof mediaType !== 'string') throw wrong('has a part that is neither text nor a file');
  if (!/^[\w.+-]{1,64}\/[\w.+-]{1,64}$/.test(mediaType)) throw wrong('has a file whose mediaType is none');
  return {
    type,
    mediaType,
    source: sourceIn(part['source']),
    ...(typeof name === 'string' && { name: wellFormed(name) }),
  };
}

/**
 * A file that a provider keeps under an id may be another tenant's. One of our own by its digest too: whether it is of this
 * very thread is looked up where it is said.
 */
function sourceIn(source: unknown): FilePart['source'] {
  const { type, data, url, digest } = isObject(source) ? source : {};
  if (type === 'base64' && typeof data === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return { type, data };
  if (type === 'url' && typeof url === 'string' && URL.canParse(url) && new URL(url).protocol === 'https:') {
    return { type, url };
  }
  if (type === 'blob' && typeof digest === 'string') return { type, digest, size: 0 };
  throw wrong('has a file whose source is neither base64 nor an https address');
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw wrong('has half of a surrogate pair');
}

function wrong(what: string): Problem {
  return new Problem('malformed', `The content ${what}.`);
}
