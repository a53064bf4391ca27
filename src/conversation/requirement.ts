/** What a policy demands of a person before a call may run. Every requirement must be met (rule D4). */
export interface Requirement {
  /** Why somebody is asked, for that person. */
  readonly reason?: string;
  /** The kind of risk in a word, such as `money` or `delete`. */
  readonly risk?: string;
  /** What will happen, shown to the person beside the arguments: a diff, a mail as it will be sent. */
  readonly preview?: string;
  /** Which decisions are offered; all when absent. */
  readonly decisions?: readonly Offered[];
  /** Who may decide; anybody who may decide at all when absent. */
  readonly approvers?: readonly string[];
  /** How many different people have to approve; by name, so that who is not known is none of them. Default: 1. */
  readonly quorum?: number;
  /** Whoever asked for the call may not approve it. */
  readonly notBy?: 'requester';
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** What happens then: `deny` (the default), `keep` (it waits on), or others are asked. */
  readonly onExpire?: OnExpire;
  /** The rule of a file that demands it, by its name there and in its words; see `yourcall/rules`. */
  readonly rule?: { readonly name: string; readonly text: string };
  /** Who has approved, where several have to. */
  readonly given?: readonly Approval[];
  /** An approval met it; another requirement may still be open. */
  readonly met?: { readonly by?: string; readonly at: number };
}

/** One of several approvals. */
export interface Approval {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A decision that may be offered about a call that waits for one. */
export type Offered = 'approve' | 'reject' | 'answer' | 'snooze';

/** What becomes of a call that nobody decided in time. `expiresIn` in milliseconds; without it the next ones have for ever. */
export type OnExpire =
  | 'deny'
  | 'keep'
  | { readonly escalate: { readonly approvers: readonly string[]; readonly expiresIn?: number } };

/** How many approvals are missing. */
export function missingApprovals({ met, quorum = 1, given = [] }: Requirement): number {
  return met ? 0 : Math.max(1, quorum - given.length);
}

/** Whether nobody has met it yet. */
export function isOpen({ met }: Requirement): boolean {
  return met === undefined;
}
