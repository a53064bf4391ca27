import type { FilePart } from '../../conversation/content.ts';
import type { DataPart, SourcePart } from '../../conversation/part.ts';
import { addressOf } from '../file-address.ts';
import type { UIPart } from './ui-message.ts';

/** A part that comes whole: as a chunk and as a part of a message it is the same. */
export type WholePart = Extract<UIPart, { readonly type: 'file' | `source-${string}` | `data-${string}` }>;

/** A file, a source or a value as a client is told of it; nothing when there is nothing that it could show. `id` names its place. */
export function wholePart(id: string, part: FilePart | SourcePart | DataPart): WholePart | undefined {
  switch (part.type) {
    case 'file': {
      const url = addressOf(part);
      return url === undefined ? undefined : { type: 'file', mediaType: part.mediaType, url };
    }
    case 'source': {
      const { url, title } = part;
      if (url !== undefined) return { type: 'source-url', sourceId: id, url, ...(title !== undefined && { title }) };
      return title === undefined
        ? undefined
        : { type: 'source-document', sourceId: id, mediaType: 'text/plain', title };
    }
    case 'data':
      return { type: `data-${part.name}`, id, data: part.data };
  }
}
