import { sha256 } from '../../conversation/digest.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ThreadKey } from '../thread.ts';
import { digestOf, linkOf, rootOf, sealOf, whoOf } from './chain.ts';
import { hashUnder } from './hash.ts';
import type { Hash } from './hash.ts';
import type { AuditEntry, Taken, TrailEnd } from './trail.ts';

/** Puts decisions of people on record (rule S7). Pure but for its salts. */
export interface Notary {
  /** A trail that goes on: its new entries, and its new end. Throws when it is kept under a secret, and there is none here. */
  record(key: ThreadKey, end: TrailEnd | undefined, news: DecisionNews): Recorded;
  /** The end of a trail whose thread is erased. */
  close(key: ThreadKey, end: TrailEnd, now: number): TrailEnd;
}

/** What people have decided, and when it is stored. */
export interface DecisionNews {
  readonly decisions: readonly Taken[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is to be stored of it. */
export interface Recorded {
  readonly entries: readonly AuditEntry[];
  readonly end: TrailEnd;
}

/** Who keeps trails under this secret; without one their order holds only against mistakes. */
export function notary(secret: string | undefined): Notary {
  const own = hashUnder(secret);
  const hashOf = (key: ThreadKey, { isKeyed }: Pick<TrailEnd, 'isKeyed'>): Hash => {
    // Begun without a secret, it goes on so: half a trail under one proves nothing about the rest.
    if (!isKeyed) return sha256;
    if (secret !== undefined) return own;
    throw new ChatError(
      'invalid-request',
      `Keeping a decision of thread ${key.thread}: its audit trail is kept under a secret that this store was not given.`,
    );
  };
  return {
    record(key, end = begun(key, secret !== undefined), { decisions, now }) {
      const hash = hashOf(key, end);
      const { salt = '' } = end;
      // In the order of their times, whatever the clock does.
      const at = Math.max(now, end.at);
      const entries: AuditEntry[] = [];
      let { link } = end;
      for (const decided of decisions) {
        const entry = signed(decided, salt, at);
        link = linkOf(hash, link, entry);
        entries.push({ ...key, place: end.count + entries.length + 1, ...entry, link });
      }
      return { entries, end: sealed(hash, key, { ...end, count: end.count + entries.length, at, link }) };
    },
    close(key, { salt: _salt, seal: _seal, ...end }, now) {
      return sealed(hashOf(key, end), key, { ...end, erasedAt: now });
    },
  };
}

/** The end of a trail that has no entries yet. */
function begun(key: ThreadKey, isKeyed: boolean): TrailEnd {
  return { count: 0, at: 0, link: rootOf(key), isKeyed, salt: crypto.randomUUID(), seal: '' };
}

function signed(decided: Taken, trailSalt: string, at: number): Omit<AuditEntry, keyof ThreadKey | 'place' | 'link'> {
  const salt = crypto.randomUUID();
  return { at, who: whoOf(trailSalt, decided.by), decided, salt, digest: digestOf(salt, decided) };
}

function sealed(hash: Hash, key: ThreadKey, end: Omit<TrailEnd, 'seal'>): TrailEnd {
  return { ...end, seal: sealOf(hash, key, end) };
}
