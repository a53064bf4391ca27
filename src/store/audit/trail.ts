import type { GrantTaken } from '../../conversation/grant.ts';
import type { DecisionTaken } from '../../conversation/taken.ts';
import type { PageQuery } from '../page.ts';
import type { ThreadKey } from '../thread.ts';

/**
 * A decision of a person, as the audit trail of its thread keeps it (rule S7). When the thread is erased, `decided` and
 * `salt` are deleted: what stays is the bare link.
 */
export interface AuditEntry extends ThreadKey {
  /** Its place in the trail of its thread, from 1. */
  readonly place: number;
  /** When it was stored, in milliseconds since the epoch, by the store's clock. */
  readonly at: number;
  /** Stands for whoever decided, within this thread; the name itself is in `decided`. */
  readonly who: string;
  readonly decided?: Taken;
  /** Random: without it nobody can try out what had been decided. */
  readonly salt?: string;
  /** SHA-256 of the salt and what was decided. */
  readonly digest: string;
  /** Hash of the link before, and of all the rest of this one; under the store's secret when it has one. */
  readonly link: string;
}

/** What a trail keeps: a decision about a call, or about what is granted. */
export type Taken = DecisionTaken | GrantTaken;

/** Where the trail of a thread ends: says what must be there. */
export interface TrailEnd {
  /** How many entries there are. */
  readonly count: number;
  /** When the last one was stored. */
  readonly at: number;
  /** The last link. */
  readonly link: string;
  /** Whether the trail is kept under a secret. A hint alone: whoever verifies under a secret does not believe it. */
  readonly isKeyed: boolean;
  /** Makes the names that entries have for people; gone when the thread was erased. */
  readonly salt?: string;
  readonly erasedAt?: number;
  /** Hash of all this, made like a link. */
  readonly seal: string;
}

/** The whole trail of one thread, read at one moment. */
export interface Trail extends ThreadKey {
  /** Missing when somebody has deleted it. */
  readonly end?: TrailEnd;
  /** In the order of their places. */
  readonly entries: readonly AuditEntry[];
}

/** Which trails: all of a tenant, or one. */
export interface TrailQuery extends PageQuery {
  readonly thread?: string;
}

/** Which entries of trails, and in which order they are listed. A `next` asks for what follows in the same one. */
export interface AuditQuery extends TrailQuery {
  /** Default: `oldest-first`. */
  readonly order?: AuditOrder;
}

/** From which end entries are listed. */
export type AuditOrder = (typeof auditOrders)[number];

export const auditOrders = ['oldest-first', 'newest-first'] as const;
