import type { Origin } from '../../conversation/content.ts';
import { isObject } from '../../conversation/json.ts';
import type { Json, JsonObject } from '../../conversation/json.ts';
import type { ModelId } from '../connection.ts';

/**
 * What of an answer goes back beside what people see of it. Of a text: `citations`. Of thinking: its `signature`.
 * Of a call: `rest`, the other members of its block. Of a call that ran at the provider also its `result`, verbatim, and
 * where that stood. `block` is a whole block that says nothing to people, and `container` the machine a call waits in.
 */
export interface OriginData {
  readonly citations?: readonly Json[];
  readonly signature?: string;
  readonly rest?: JsonObject;
  readonly result?: JsonObject;
  /** Where the result stood, when that was not right behind its call. */
  readonly place?: ResultPlace;
  readonly block?: JsonObject;
  readonly container?: string;
}

/**
 * Where the result of a call stood: behind so many parts that followed the call, as the so-manieth result of its answer,
 * or at the beginning of a later answer.
 */
export type ResultPlace = { readonly parts: number; readonly order: number } | 'later';

/** An origin with this data. */
export function originOf({ provider, model }: ModelId, data: OriginData): Origin {
  // Its members are JSON or absent.
  return { provider, model, data: data as JsonObject };
}

/** What went along with a part of an answer of this provider; nothing of another's. Signatures are good for all its models. */
export function dataOf(origin: Origin | undefined, { provider }: ModelId): OriginData {
  // Only this wire writes origins of its provider.
  return origin?.provider === provider && isObject(origin.data) ? (origin.data as OriginData) : {};
}
