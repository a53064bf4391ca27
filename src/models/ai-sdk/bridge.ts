import { isObject } from '../../conversation/json.ts';
import type { Json, JsonObject } from '../../conversation/json.ts';
import type { Origin } from '../../conversation/content.ts';
import type { Metadata } from './language-model.ts';
import { rulesOf } from './rules.ts';
import type { ProviderRules } from './rules.ts';

/** One model of the AI SDK: what requests are made for and answers are read by. */
export interface Bridge {
  readonly version: 'v3' | 'v4';
  readonly provider: string;
  readonly model: string;
  readonly rules: ProviderRules;
}

/** What is known of a model. */
export function bridgeTo(model: { specificationVersion: 'v3' | 'v4'; provider: string; modelId: string }): Bridge {
  const { specificationVersion: version, provider, modelId } = model;
  return { version, provider, model: modelId, rules: rulesOf(provider) };
}

/** What an origin of this bridge holds. */
export interface OriginData {
  readonly providerMetadata?: Metadata;
  /** The provider's own result of a call that it ran. */
  readonly result?: Json;
  readonly isError?: true;
  readonly resultMetadata?: Metadata;
  /** Under which an approval is answered. */
  readonly approvalId?: string;
  /** A file that belongs to the reasoning. */
  readonly reasoning?: true;
}

/** The origin of a part; none when nothing of it has to go back. */
export function originFor({ provider, model }: Bridge, data: OriginData): Origin | undefined {
  // Packages leave members undefined, which no saved conversation has.
  const known = JSON.parse(JSON.stringify(data)) as JsonObject;
  return Object.keys(known).length === 0 ? undefined : { provider, model, data: known };
}

/**
 * What goes back with a part: only to the model that gave it. Signatures and encrypted reasoning of another model,
 * even of the same provider, may be refused.
 */
export function dataOf(origin: Origin | undefined, { provider, model }: Bridge): OriginData | undefined {
  const isOurs = origin?.provider === provider && origin.model === model && isObject(origin.data);
  // Made by `originFor`.
  return isOurs ? (origin.data as OriginData) : undefined;
}
