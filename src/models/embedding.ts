import type { Json } from '../conversation/json.ts';

/** A model that turns texts into vectors; near vectors mean near texts. It holds no state. */
export interface EmbeddingModel {
  readonly provider: string;
  readonly id: string;
  /**
   * One vector for each value, in their order. More values than one request takes are sent in several, one after the
   * other. A request that failed is made again as `maxRetries` says; then everything fails with its `ChatError`.
   */
  embed(values: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
}

/** How an embedding model embeds, once its code is there. */
export type Embed = (values: readonly string[], options: EmbedOptions) => Promise<Embeddings>;

/** How values are embedded. */
export interface EmbedOptions {
  /** Stops it; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** How many numbers a vector has, where the model lets you choose. Default: as many as the model gives. */
  readonly dimensions?: number | undefined;
  /** Put into the request body as they are, by provider: `{ google: { taskType: 'RETRIEVAL_QUERY' } }`. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Json>>>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What became of the values. */
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: EmbeddingUsage;
}

/** Tokens that the values had, summed over all requests. */
export interface EmbeddingUsage {
  readonly input: number;
  /** Requests that did not report theirs; the sum is exact when this is 0. */
  readonly unreported: number;
}
