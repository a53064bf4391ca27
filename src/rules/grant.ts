import type { Grant, GrantScope, GrantStore } from '../conversation/grant.ts';

/** Whether a grant is about this moment, thread and call. */
export function isInForce(grant: Grant, { now, tenant, thread, call }: GrantMoment): boolean {
  if (grant.tenant !== tenant) return false;
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
  readonly tenant: string | undefined;
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
    list: async (tenant) => [...grants.values()].filter((grant) => grant.tenant === tenant),
    add: async (grant) => void grants.set(grant.id, grant),
    revoke: async (id, { tenant } = {}) => grants.get(id)?.tenant === tenant && grants.delete(id),
  };
}
