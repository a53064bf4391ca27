import type { Rule } from './rule.ts';
import type { DecisionTaken } from './taken.ts';

/** For how long something is granted: for this call, in this thread, for an hour, until the day ends, until it is revoked. */
export type GrantScope = (typeof grantScopes)[number];

/** All of them, the narrowest first. */
export const grantScopes = ['once', 'thread', 'hour', 'today', 'always'] as const;

/** A rule that a person has granted, so that calls like one they saw ask no more. */
export interface Grant {
  readonly id: string;
  readonly rule: Rule;
  readonly scope: GrantScope;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  readonly by?: string;
  /** Whose threads it is about; absent where there are no tenants. */
  readonly tenant?: string;
  /** The call that was seen, and its thread. */
  readonly from?: { readonly thread: string; readonly call: string };
  /** `once`: the call. */
  readonly call?: string;
  /** `thread`: the thread. */
  readonly thread?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Where grants are kept. */
export interface GrantStore {
  /** All of a tenant that were not revoked, in the order in which they were given; expired ones too. */
  list(tenant?: string): Promise<readonly Grant[]>;
  add(grant: Grant): Promise<void>;
  /** Tells whether it was there. */
  revoke(id: string, how?: RevokeOptions): Promise<boolean>;
}

/** Who revokes, and in which tenant. */
export interface RevokeOptions {
  readonly tenant?: string;
  readonly by?: string;
}

/** What a person has granted, or taken back, as the audit trail of the thread keeps it from whose call it was (rule S7). */
export interface GrantTaken extends Partial<Omit<DecisionTaken, 'decision' | 'at' | 'call' | 'name'>> {
  readonly decision: { readonly type: 'grant' | 'revoke'; readonly grant: Grant };
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The call that was seen, and its tool. */
  readonly call: string;
  readonly name: string;
}

/** What is put on record of a grant. */
export function grantTaken(
  type: 'grant' | 'revoke',
  grant: Grant & Required<Pick<Grant, 'from'>>,
  { by, at }: { readonly by?: string | undefined; readonly at: number },
): GrantTaken {
  return {
    decision: { type, grant },
    ...(by !== undefined && { by }),
    at,
    call: grant.from.call,
    name: grant.rule.tool,
  };
}
