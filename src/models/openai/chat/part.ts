import type { FilePart } from '../../../conversation/content.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import type { SourcePart } from '../../../conversation/part.ts';

/** The citations in a message's or delta's `annotations`. */
export function annotated(annotations: unknown): readonly SourcePart[] {
  return listOf(annotations).flatMap((annotation) => {
    const { url, title, ...rest } = isObject(annotation['url_citation']) ? annotation['url_citation'] : {};
    if (typeof url !== 'string') return [];
    // It was parsed from JSON.
    return [{ ...source(url, title), ...(Object.keys(rest).length > 0 && { data: rest as Json }) }];
  });
}

/** The sources that Perplexity and its like list beside the choices, again in every chunk. */
export function searched(chunk: Record<string, unknown>): readonly SourcePart[] {
  const results = listOf(chunk['search_results']).flatMap(({ url, title }) =>
    typeof url === 'string' ? [source(url, title)] : [],
  );
  const citations = Array.isArray(chunk['citations']) ? chunk['citations'] : [];
  return [...results, ...citations.flatMap((url: unknown) => (typeof url === 'string' ? [source(url)] : []))];
}

/** The images that a model made. */
export function imagesIn(images: unknown): readonly FilePart[] {
  return listOf(images).flatMap((image) => {
    const { url } = isObject(image['image_url']) ? image['image_url'] : {};
    return typeof url === 'string' ? [imageAt(url)] : [];
  });
}

function imageAt(url: string): FilePart {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType !== undefined && data !== undefined) {
    return { type: 'file', mediaType, source: { type: 'base64', data } };
  }
  return { type: 'file', mediaType: 'image/*', source: { type: 'url', url } };
}

function source(url: string, title?: unknown): SourcePart {
  return { type: 'source', url, ...(typeof title === 'string' && title !== '' && { title }) };
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
