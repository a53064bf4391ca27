/**
 * What a person says about a call; the same JSON in code, HTTP, console and audit.
 * `notBefore` and `until` are ISO 8601 times.
 */
export type Decision<Input = unknown, Output = unknown> =
  | { readonly type: 'approve'; readonly input?: Input; readonly notBefore?: string }
  | { readonly type: 'reject'; readonly reason?: string }
  | { readonly type: 'answer'; readonly output: Output }
  | { readonly type: 'snooze'; readonly until: string }
  | DoubtDecision<Output>;

/** What a person says about a call whose effect is unknown. */
export type DoubtDecision<Output = unknown> =
  | { readonly type: 'happened'; readonly output: Output }
  | { readonly type: 'did-not-happen' }
  | { readonly type: 'run-again' }
  | { readonly type: 'abandon' };

/** A decision as the call keeps it: what, who, when, and a digest of what the person was shown (rule D1). */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly by?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly seen?: string;
}
