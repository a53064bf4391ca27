import type { FilePart } from '../../../conversation/content.ts';
import { sentFile } from '../../sent-file.ts';
import type { ResponsesWire } from './quirks.ts';

/** An item of the wire, or a piece of its content. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A file as a piece of content; `undefined` for what this wire cannot send. */
export function wireFile(given: FilePart, wire: ResponsesWire): WireObject | undefined {
  const file = sentFile(given);
  const { mediaType } = file;
  if (/^(audio|video)\//.test(mediaType)) return undefined;
  return mediaType.startsWith('image/') ? wireImage(file, wire) : wireDocument(file, wire);
}

function wireImage({ mediaType, source }: FilePart, { provider }: ResponsesWire): WireObject | undefined {
  const type = 'input_image';
  const detail = 'auto'; // the default; the schema of the wire, and servers that hold to it, demand it all the same
  switch (source.type) {
    case 'url':
      return { type, image_url: source.url, detail };
    case 'base64':
      return { type, image_url: `data:${mediaType};base64,${source.data}`, detail };
    case 'provider':
      return source.provider === provider ? { type, file_id: source.id, detail } : undefined;
    case 'blob':
      return undefined;
  }
}

function wireDocument({ mediaType, source, name }: FilePart, { provider }: ResponsesWire): WireObject | undefined {
  const type = 'input_file';
  switch (source.type) {
    case 'url':
      return { type, file_url: source.url };
    case 'base64':
      return { type, filename: name ?? 'file', file_data: `data:${mediaType};base64,${source.data}` };
    case 'provider':
      return source.provider === provider ? { type, file_id: source.id } : undefined;
    case 'blob':
      return undefined;
  }
}
