import type { FilePart } from '../../conversation/content.ts';
import { sentFile } from '../sent-file.ts';
import type { MessagesWire } from './family.ts';

type WireObject = Readonly<Record<string, unknown>>;

/** A file as a block of a message; `undefined` where the wire has none for it. */
export function fileBlock(file: FilePart, wire: MessagesWire): WireObject | undefined {
  const { mediaType, source, name } = sentFile(file);
  switch (source.type) {
    case 'url':
      if (mediaType.startsWith('image/')) return { type: 'image', source: { type: 'url', url: source.url } };
      return mediaType === pdf ? document({ type: 'url', url: source.url }, name, wire) : undefined;
    case 'base64': {
      const { data } = source;
      if (images.includes(mediaType)) return { type: 'image', source: { type: 'base64', media_type: mediaType, data } };
      if (mediaType === pdf) return document({ type: 'base64', media_type: pdf, data }, name, wire);
      const text = isText(mediaType) ? decoded(data) : undefined;
      return text === undefined
        ? undefined
        : document({ type: 'text', media_type: 'text/plain', data: text }, name, wire);
    }
    case 'provider': {
      if (source.provider !== wire.provider) return undefined;
      const file = { type: 'file', file_id: source.id };
      if (mediaType.startsWith('image/')) return { type: 'image', source: file };
      if (mediaType === pdf || isText(mediaType)) return document(file, name, wire);
      // For the machine in which code runs.
      return { type: 'container_upload', file_id: source.id };
    }
    case 'blob':
      return undefined;
  }
}

const pdf = 'application/pdf';
const images = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function isText(mediaType: string): boolean {
  return /^(text\/|application\/(json|xml|yaml|x-yaml|javascript)\b)/.test(mediaType);
}

function document(source: WireObject, title: string | undefined, { citations }: MessagesWire): WireObject {
  return {
    type: 'document',
    source,
    ...(title !== undefined && { title }),
    ...(citations && { citations: { enabled: true } }),
  };
}

/** The text in base64 of UTF-8; `undefined` when it is no base64. */
function decoded(data: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
