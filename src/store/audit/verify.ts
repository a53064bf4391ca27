import { ChatError } from '../../conversation/error.ts';
import type { ThreadKey } from '../thread.ts';
import { digestOf, linkOf, rootOf, sealOf, whoOf } from './chain.ts';
import { hashUnder } from './hash.ts';
import type { Hash } from './hash.ts';
import type { AuditEntry, Trail } from './trail.ts';

/**
 * The first thing that is wrong with a trail, and where: `changed`, an entry is not what it was; `missing`, there is none at
 * this place; `order`, it was written behind another one; `end`, what says how long the trail is was changed or is gone;
 * `unkeyed`, it is not kept under a secret.
 */
export interface BrokenLink extends ThreadKey {
  readonly type: 'changed' | 'missing' | 'order' | 'end' | 'unkeyed';
  /** The place in the trail, from 1. */
  readonly place: number;
  readonly reason: string;
}

/**
 * Walks a trail, and names the first link that is broken; nothing when it is whole (rule S7). Under the secret of its store
 * this proves that nobody without it has changed, added, moved or deleted an entry; without one only that entries fit each
 * other. That older state was put back as a whole is found only by comparing with an export. Throws `ChatError`
 * `invalid-request` when the trail is kept under a secret and none is given.
 */
export function verifyTrail(trail: Trail, secret?: string): BrokenLink | undefined {
  const { end, entries } = trail;
  if (secret === undefined && end?.isKeyed) {
    const where = `Verifying the audit trail of thread ${trail.thread}`;
    throw new ChatError('invalid-request', `${where}: it is kept under a secret, which was not given.`);
  }
  if (secret !== undefined && end?.isKeyed === false) return broken(trail, 1, unkeyed);
  const walk: Walk = { trail, hash: hashUnder(secret) };
  let before = rootOf(trail);
  for (const [index, entry] of entries.entries()) {
    const wrong = wrongEntry(walk, entry, { place: index + 1, before });
    if (wrong) return broken(trail, index + 1, wrong);
    before = entry.link;
  }
  return wrongEnd(walk, before);
}

interface Walk {
  readonly trail: Trail;
  readonly hash: Hash;
}

type Wrong = readonly [type: BrokenLink['type'], reason: string];

const unkeyed: Wrong = [
  'unkeyed',
  'it is not kept under a secret: whoever can write to the database may have written it',
];

function broken({ tenant, thread }: ThreadKey, place: number, [type, reason]: Wrong): BrokenLink {
  return { tenant, thread, place, type, reason };
}

function wrongEntry(
  { trail, hash }: Walk,
  entry: AuditEntry,
  { place, before }: { readonly place: number; readonly before: string },
): Wrong | undefined {
  if (entry.place > place) return ['missing', 'its entry was deleted'];
  if (entry.place < place) return ['order', `its entry stands at place ${entry.place}`];
  if (linkOf(hash, before, entry) !== entry.link) {
    const links = [rootOf(trail), ...trail.entries.map(({ link }) => link)];
    return links.some((link) => linkOf(hash, link, entry) === entry.link)
      ? ['order', 'its entry was written behind another one']
      : ['changed', 'it does not fit its link, or the entry before it is gone'];
  }
  return wrongContent(trail, entry);
}

function wrongContent({ end }: Trail, { decided, salt, digest, who }: AuditEntry): Wrong | undefined {
  const isErased = end?.erasedAt !== undefined;
  if (decided === undefined || salt === undefined) {
    return isErased ? undefined : ['changed', 'what was decided cannot be read, although the thread was not erased'];
  }
  if (isErased) return ['changed', 'what was decided is still there, although the thread was erased'];
  if (digestOf(salt, decided) !== digest) return ['changed', 'what was decided was changed'];
  const isWho = end?.salt === undefined || whoOf(end.salt, decided.by) === who;
  return isWho ? undefined : ['changed', 'it stands for somebody else than who decided'];
}

function wrongEnd({ trail, hash }: Walk, link: string): BrokenLink | undefined {
  const { end, entries } = trail;
  const last = Math.max(entries.length, 1);
  if (!end) return broken(trail, last, ['end', 'what says how long the trail is was deleted']);
  if (sealOf(hash, trail, end) !== end.seal) {
    return broken(trail, last, ['end', 'what says how long the trail is was changed']);
  }
  if (entries.length < end.count) return broken(trail, entries.length + 1, ['missing', 'its entry was deleted']);
  return link === end.link ? undefined : broken(trail, last, ['end', 'its entry is not the last of this trail']);
}
