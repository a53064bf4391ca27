import type { FilePart } from '../../conversation/content.ts';
import type { DataPart, SourcePart } from '../../conversation/part.ts';
import { addressOf } from '../file-address.ts';
import type { AgUiEvent } from './protocol.ts';

/** What the protocol has no event for, under our own name: one that a model or a tool had chosen could be a client's own. */
export function custom(name: 'file' | 'source' | 'data' | 'progress' | 'waiting', value: object): AgUiEvent {
  return { type: 'CUSTOM', name: `yourcall:${name}`, value };
}

/** A part that comes whole; nothing of a file that only a provider or the store has. */
export function wholePart(message: string, part: FilePart | SourcePart | DataPart): readonly AgUiEvent[] {
  switch (part.type) {
    case 'file': {
      const url = addressOf(part);
      if (url === undefined) return [];
      const { mediaType, name } = part;
      return [custom('file', { message, mediaType, url, ...(name !== undefined && { name }) })];
    }
    case 'source': {
      const { url, title } = part;
      return [custom('source', { message, ...(url !== undefined && { url }), ...(title !== undefined && { title }) })];
    }
    case 'data':
      return [custom('data', { message, name: part.name, data: part.data })];
  }
}
