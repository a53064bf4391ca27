import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import type { ContentPart } from '../conversation/content.ts';
import { ChatError } from '../conversation/error.ts';
import { messageOf } from './sentence.ts';

/** Most bytes of a file that go to a model as they are, and of one whose text does. */
const mostBytes = 20 * 1024 * 1024;
const mostTextBytes = 512 * 1024;

/** A file that goes along with the next word. */
export interface Attachment {
  readonly name: string;
  readonly part: ContentPart;
  /** In bytes. */
  readonly size: number;
  /** `text` when its text is part of the word. */
  readonly kind: string;
}

/** Reads a file that a person names. Throws `ChatError` for one that is too large, or that no model could read. */
export async function attachmentAt(path: string): Promise<Attachment> {
  const file = resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
  const name = basename(file);
  try {
    const { size } = await sized(file);
    const mediaType = mediaTypes[extname(name).toLowerCase()];
    if (size > (mediaType ? mostBytes : mostTextBytes))
      throw new Error(`it has ${size.toLocaleString('en-US')} bytes, which is too many`);
    const bytes = await readFile(file);
    const part = mediaType ? filePart(name, mediaType, bytes) : textPart(name, bytes);
    return { name, part, size, kind: mediaType ?? 'text' };
  } catch (cause) {
    throw new ChatError('invalid-request', `Reading ${path}: ${messageOf(cause)}.`, { cause });
  }
}

async function sized(file: string): Promise<{ readonly size: number }> {
  const found = await stat(file);
  // Others, such as a pipe, might never end.
  if (!found.isFile()) throw new Error('it is no file');
  return found;
}

function filePart(name: string, mediaType: string, bytes: Buffer): ContentPart {
  return { type: 'file', mediaType, name, source: { type: 'base64', data: bytes.toString('base64') } };
}

function textPart(name: string, bytes: Buffer): ContentPart {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (text.includes('\0')) throw new Error('it is neither a text nor an image, a document or sound');
  return { type: 'text', text: `\n\nThe file ${name}:\n\n${text}` };
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};
