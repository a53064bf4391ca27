import type { FilePart } from '../conversation/content.ts';

/**
 * A file as servers take it, however it was given: its kind in small letters and, but for audio and video, without
 * parameters; its bytes in the usual alphabet of base64, also where they stood in a `data:` address.
 */
export function sentFile(file: FilePart): FilePart {
  const { source } = file;
  if (source.type !== 'url' && source.type !== 'base64') return { ...file, mediaType: plain(file.mediaType) };
  const [, kind = '', data] = inAddress.exec(source.type === 'url' ? source.url : source.data) ?? [];
  const bytes = data ?? (source.type === 'base64' ? source.data : undefined);
  return {
    ...file,
    mediaType: plain(file.mediaType.includes('*') && kind !== '' ? kind : file.mediaType),
    ...(bytes !== undefined && { source: { type: 'base64', data: usual(bytes) } }),
  };
}

const inAddress = /^data:([^,]*?);base64,([^]*)$/i;

function plain(mediaType: string): string {
  const type = mediaType.trim().toLowerCase();
  const kind = /^(audio|video)\//.test(type) ? type : type.replace(/\s*;.*$/, '');
  return kind === 'image/jpg' ? 'image/jpeg' : kind;
}

/** Without line ends and percent signs, and from the alphabet for addresses. */
function usual(data: string): string {
  if (!unusual.test(data)) return data;
  return data
    .replace(/%(2b|2f|3d)/gi, decodeURIComponent)
    .replace(/\s+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
}

const unusual = /[\s%_-]/;
