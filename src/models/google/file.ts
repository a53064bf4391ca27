import type { FilePart } from '../../conversation/content.ts';
import { sentFile } from '../sent-file.ts';
import type { GoogleWire } from './quirks.ts';

/** A file as Gemini takes it: its bytes, or the address where it is. `undefined` for one that it cannot be sent. */
export function wireFile(file: FilePart, { provider, baseURL }: GoogleWire): object | undefined {
  const { mediaType, source } = sentFile(file);
  // Where the kind is not known, Google looks for itself.
  const mimeType = mediaType.includes('*') ? undefined : mediaType;
  switch (source.type) {
    case 'url':
      return { fileData: { mimeType, fileUri: source.url } };
    case 'base64':
      return { inlineData: { mimeType: mediaType, data: source.data } };
    case 'provider': {
      if (source.provider !== provider) return undefined;
      const fileUri = /^\w+:/.test(source.id) ? source.id : `${baseURL.split('?', 1)[0]}/${source.id}`;
      return { fileData: { mimeType, fileUri } };
    }
    case 'blob':
      return undefined;
  }
}
