import type { ModelEvent } from '../../chat/model.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json } from '../../conversation/json.ts';
import type { SourcePart } from '../../conversation/part.ts';
import type { ProviderCalls } from './provider-calls.ts';

type Members = Readonly<Record<string, unknown>>;

/** What an answer stands on: found by Google's own tools, or recited. Told at its end, when all of it is known. */
export class Grounding {
  #grounding: Members | undefined;
  #urls: Members | undefined;
  readonly #citations: Members[] = [];

  /** Takes a candidate; what later pieces say of the same replaces what earlier ones said. */
  take({ groundingMetadata: grounding, urlContextMetadata: urls, citationMetadata: cited }: Members): void {
    if (isObject(grounding) && Object.keys(grounding).length > 0)
      this.#grounding = { ...this.#grounding, ...grounding };
    if (isObject(urls)) this.#urls = urls;
    if (isObject(cited)) this.#citations.push(...listOf(cited['citationSources'] ?? cited['citations']));
  }

  /** Tells searches and visits that had no call of their own, then every source once. */
  end(calls: ProviderCalls, events: ModelEvent[]): void {
    const queries = this.#grounding?.['webSearchQueries'];
    if (Array.isArray(queries) && queries.length > 0 && !calls.has('googleSearch')) {
      calls.tell('googleSearch', { input: { queries }, output: this.#grounding }, events);
    }
    const visited = listOf(this.#urls?.['urlMetadata']);
    if (visited.length > 0 && !calls.has('urlContext')) {
      const urls = visited.map(({ retrievedUrl }) => retrievedUrl);
      calls.tell('urlContext', { input: { urls }, output: this.#urls }, events);
    }
    for (const value of [...chunkSources(this.#grounding), ...citedSources(this.#citations)]) {
      events.push({ type: 'part', value });
    }
  }
}

/** Each chunk with the pieces of the answer that it supports. */
function chunkSources(grounding: Members | undefined): readonly SourcePart[] {
  const supports = listOf(grounding?.['groundingSupports']);
  return listOf(grounding?.['groundingChunks']).flatMap((chunk, index) => {
    const found = [chunk['web'], chunk['retrievedContext'], chunk['maps'], chunk['image']].find(isObject);
    if (!found) return [];
    const { uri, sourceUri, title, ...more } = found;
    const segments = supports.flatMap(({ groundingChunkIndices: indices, segment }) =>
      Array.isArray(indices) && indices.includes(index) ? [segment] : [],
    );
    return [source(uri ?? sourceUri, title, { ...more, ...(segments.length > 0 && { segments }) })];
  });
}

/** What was recited, one source for each address. */
function citedSources(citations: readonly Members[]): readonly SourcePart[] {
  const byUrl = new Map<unknown, Members[]>();
  for (const citation of citations) byUrl.set(citation['uri'], [...(byUrl.get(citation['uri']) ?? []), citation]);
  byUrl.delete(undefined);
  return [...byUrl].map(([url, cited]) => {
    const segments = cited.map(({ uri: _uri, title: _title, ...segment }) => segment);
    return source(url, cited[0]?.['title'], { segments });
  });
}

function source(url: unknown, title: unknown, data: Members): SourcePart {
  return {
    type: 'source',
    ...(typeof url === 'string' && { url }),
    ...(typeof title === 'string' && title !== '' && { title }),
    // It was parsed from JSON.
    ...(Object.keys(data).length > 0 && { data: data as Json }),
  };
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
