import type { Json } from '../../../conversation/json.ts';
import type { SourcePart } from '../../../conversation/part.ts';

/** An annotation of a text as a source: a page that was found, or a file of the provider. */
export function sourceOf(annotation: Readonly<Record<string, unknown>>): SourcePart {
  const { type, url, title, filename, file_id: file, ...rest } = annotation;
  const name = title ?? filename;
  const data = { type, ...(file !== undefined && { file_id: file }), ...rest };
  return {
    type: 'source',
    ...(typeof url === 'string' && { url }),
    ...(typeof name === 'string' && name !== '' && { title: name }),
    // It was parsed from JSON.
    data: data as Json,
  };
}
