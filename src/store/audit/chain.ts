import { orderedJson, sha256 } from '../../conversation/digest.ts';
import type { ThreadKey } from '../thread.ts';
import type { Hash } from './hash.ts';
import type { AuditEntry, Taken, TrailEnd } from './trail.ts';

/** What the first entry of a trail is linked to: so no trail can be taken for that of another thread. */
export function rootOf({ tenant, thread }: ThreadKey): string {
  return sha256(JSON.stringify(['trail', tenant, thread]));
}

/** The link of an entry to the one before it: what holds when the rest of it is deleted. */
export function linkOf(
  hash: Hash,
  before: string,
  { at, who, digest }: Pick<AuditEntry, 'at' | 'who' | 'digest'>,
): string {
  return hash(JSON.stringify(['link', before, at, who, digest]));
}

/** What says how long a trail is, and whether it may have lost what was decided. */
export function sealOf(hash: Hash, { tenant, thread }: ThreadKey, end: Omit<TrailEnd, 'seal'>): string {
  const { count, at, link, isKeyed, salt = null, erasedAt = null } = end;
  return hash(JSON.stringify(['seal', tenant, thread, count, at, link, isKeyed, salt, erasedAt]));
}

/** The digest of a decision, which says nothing about it when the salt is gone. */
export function digestOf(salt: string, decided: Taken): string {
  return sha256(JSON.stringify([salt, textOf(decided)]));
}

/** A decision as it is stored: with one spelling only, and whatever stands in it. */
export function textOf(decided: Taken): string {
  return orderedJson(JSON.parse(JSON.stringify(decided)));
}

/** What stands for a person in one trail. */
export function whoOf(salt: string, by: string | undefined): string {
  return sha256(JSON.stringify(['who', salt, by ?? null])).slice(0, 32);
}
