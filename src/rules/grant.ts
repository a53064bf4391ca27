import type { Rule } from './rule.ts';

/** For how long something is granted: for this call, in this thread, for an hour, until the day ends, until it is revoked. */
export type GrantScope = 'once' | 'thread' | 'hour' | 'today' | 'always';

/** A rule that a person has granted, so that calls like one they saw ask no more. */
export interface Grant {
  readonly id: string;
  readonly rule: Rule;
  readonly scope: GrantScope;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  readonly by?: string;
  /** `once`: the call. */
  readonly call?: string;
  /** `thread`: the thread. */
  readonly thread?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Where grants are kept. */
export interface GrantStore {
  /** All that were not revoked, in the order in which they were given; expired ones too. */
  list(): Promise<readonly Grant[]>;
  add(grant: Grant): Promise<void>;
  /** Tells whether it was there. */
  revoke(id: string): Promise<boolean>;
}

/** Whether a grant is about this moment, thread and call. */
export function isInForce(grant: Grant, { now, thread, call }: GrantMoment): boolean {
  // A clock that was put back must not make a grant of an hour a longer one.
  if (grant.expiresAt !== undefined && (now >= grant.expiresAt || now < grant.at)) return false;
  switch (grant.scope) {
    case 'once':
      return grant.call !== undefined && grant.call === call;
    case 'thread':
      return grant.thread !== undefined && grant.thread === thread;
    case 'hour':
    case 'today':
      return grant.expiresAt !== undefined;
    case 'always':
      return true;
  }
}

/** When and where a call is made. */
export interface GrantMoment {
  readonly now: number;
  readonly thread: string | undefined;
  readonly call: string | undefined;
}

/** When a scope ends by the clock. The day is that of this machine's time zone. */
export function endOf(scope: GrantScope, now: number): number | undefined {
  if (scope === 'hour') return now + 3_600_000;
  return scope === 'today' ? new Date(now).setHours(24, 0, 0, 0) : undefined;
}

/** Grants in memory: gone with the process. */
export function memoryGrants(given: readonly Grant[] = []): GrantStore {
  const grants = new Map(given.map((grant) => [grant.id, grant]));
  return {
    list: async () => [...grants.values()],
    add: async (grant) => void grants.set(grant.id, grant),
    revoke: async (id) => grants.delete(id),
  };
}
