import { ChatError } from '../conversation/error.ts';
import { isObject } from '../conversation/json.ts';
import { errorOf } from '../wire/error.ts';
import { post } from '../wire/http.ts';
import { readEvents } from '../wire/read.ts';
import type { Decoder } from '../wire/read.ts';
import { secretsOf } from '../wire/secret.ts';
import { keyHeaders } from './connection.ts';
import type { ConnectionOptions, ModelId, Wire } from './connection.ts';
import { count } from './count.ts';
import type { Embed, Embeddings, EmbedOptions } from './embedding.ts';
import { wellFormedJson } from './json-text.ts';
import { repeated } from './repeated.ts';

/** What makes an embedding wire: where it is asked, how much it takes at once, and how requests and answers look. */
export interface EmbeddingWire extends ModelId, Pick<Wire, 'url' | 'keyVariable' | 'keyHeaders'> {
  readonly limit: BatchLimit;
  /** The request's body, before it becomes JSON. */
  body(values: readonly string[], options: EmbedOptions): unknown;
  read(answer: Readonly<Record<string, unknown>>): EmbeddedBatch;
}

/** How much one request takes. A value that is longer than `characters` (UTF-16 units) is sent alone. */
export interface BatchLimit {
  readonly values: number;
  readonly characters?: number;
}

/** What one answer says. `vectors` stand in the order of the values. */
export interface EmbeddedBatch {
  readonly vectors: readonly (readonly number[])[];
  /** The tokens of the values; absent when the provider does not report them. */
  readonly input?: number | undefined;
}

/** Embeds over a wire. */
export function embedding(wire: EmbeddingWire, options: ConnectionOptions): Embed {
  return (values, given) => embedAll({ wire, options, values, given });
}

interface EmbeddingCall {
  readonly wire: EmbeddingWire;
  readonly options: ConnectionOptions;
  readonly values: readonly string[];
  readonly given: EmbedOptions;
}

/** Asks for the vectors of all values, as many at once as the provider takes. */
async function embedAll(call: EmbeddingCall): Promise<Embeddings> {
  const signal = call.given.signal ?? new AbortController().signal;
  const vectors: (readonly number[])[] = [];
  let input = 0;
  let unreported = 0;
  for (const values of batchesOf(call.values, call.wire.limit)) {
    const batch = await repeated(() => askOnce(values, call, signal), call.options, signal);
    for (const vector of batch.vectors) vectors.push(vector);
    if (batch.input === undefined) unreported += 1;
    else input += count(batch.input);
  }
  return { vectors, usage: { input, unreported } };
}

function* batchesOf(values: readonly string[], limit: BatchLimit): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const value of values) {
    const isFull = batch.length >= limit.values || characters + value.length > (limit.characters ?? Infinity);
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(value);
    characters += value.length;
  }
  if (batch.length > 0) yield batch;
}

async function askOnce(
  values: readonly string[],
  { wire, options, given }: EmbeddingCall,
  signal: AbortSignal,
): Promise<EmbeddedBatch> {
  const { fetch, timeout, idleTimeout, apiKey } = options;
  const what = `Embedding by ${wire.provider}/${wire.model}`;
  const key = (typeof apiKey === 'function' ? await apiKey() : apiKey)?.trim();
  const headers = {
    ...keyHeaders(wire, key, { headers: options.headers, what }),
    ...options.headers,
    ...given.headers,
  };
  const body = wellFormedJson(JSON.stringify(wire.body(values, given)));
  const answer = await post({ what, url: wire.url, headers, body, signal, fetch, timeout });
  const decoder = new BatchDecoder(wire, { what, count: values.length, secrets: secretsOf(headers, wire.url) });
  for await (const batches of readEvents(answer.body, decoder, { what, signal, idleTimeout, framing: 'whole' })) {
    return batches[0]!;
  }
  throw new ChatError('incomplete-response', `${what}: the answer is empty.`, { retryable: true });
}

interface Expected {
  readonly what: string;
  /** How many vectors there must be. */
  readonly count: number;
  readonly secrets: readonly string[];
}

/** Reads the one JSON object of an answer. */
class BatchDecoder implements Decoder<EmbeddedBatch> {
  readonly isDone = false;
  readonly #wire: EmbeddingWire;
  readonly #expected: Expected;

  constructor(wire: EmbeddingWire, expected: Expected) {
    this.#wire = wire;
    this.#expected = expected;
  }

  push(data: string, _name: string, batches: EmbeddedBatch[]): void {
    const { what, count: expected, secrets } = this.#expected;
    const answer = parsed(data);
    if (!isObject(answer)) throw new ChatError('invalid-response', `${what}: the answer is not JSON.`);
    if (answer['error']) throw errorOf({ what, value: answer, secrets });
    const batch = this.#wire.read(answer);
    const { length } = batch.vectors;
    if (length !== expected)
      throw new ChatError('invalid-response', `${what}: ${length} vectors for ${expected} values.`);
    const size = batch.vectors[0]?.length;
    if (!batch.vectors.every((vector) => vector.length === size && isVector(vector)))
      throw new ChatError('invalid-response', `${what}: a vector is no list of numbers, or not as long as the others.`);
    batches.push(batch);
  }

  end(): void {}
}

/** A number that is none would spoil whatever is compared with it, without a word. */
function isVector(vector: readonly unknown[]): boolean {
  return vector.length > 0 && vector.every((one) => typeof one === 'number' && Number.isFinite(one));
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
