import type { Origin } from '../../../conversation/content.ts';
import { isObject } from '../../../conversation/json.ts';
import type { Json } from '../../../conversation/json.ts';
import type { ModelId } from '../../connection.ts';

/** What is kept of an item, by the model that sent it. */
export function originWith(data: Readonly<Record<string, unknown>>, { provider, model }: ModelId): Origin {
  // It was parsed from JSON.
  return { provider, model, data: data as Json };
}

interface WithOrigin {
  readonly origin?: Origin;
}

/** What is kept of an item of this provider. */
export function originOf({ origin }: WithOrigin, { provider }: ModelId): Record<string, unknown> | undefined {
  return origin?.provider === provider && isObject(origin.data) ? origin.data : undefined;
}

/** The item itself, where it is kept whole. */
export function itemIn(part: WithOrigin, wire: ModelId): Record<string, unknown> | undefined {
  const item = originOf(part, wire)?.['item'];
  return isObject(item) ? item : undefined;
}

/**
 * Whether it came from this very model. Encrypted reasoning is of use to no other: some models refuse any, and one that is
 * served elsewhere cannot read it. Calls and words do without.
 */
export function isOfModel(origin: Origin | undefined, { provider, model }: ModelId): boolean {
  return origin?.provider === provider && origin.model === model;
}
