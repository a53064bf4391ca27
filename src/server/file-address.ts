import type { FilePart } from '../conversation/content.ts';

/** Where a client finds a file; nothing when only its provider or the store has it. */
export function addressOf({ source, mediaType }: FilePart): string | undefined {
  switch (source.type) {
    case 'url':
      return source.url;
    case 'base64':
      return `data:${mediaType};base64,${source.data}`;
    case 'blob':
    case 'provider':
      return undefined;
  }
}
