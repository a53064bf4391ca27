import { isObject } from './json.ts';

/**
 * What a person says about a call; the same JSON in code, HTTP, console and audit.
 * `notBefore` and `until` are ISO 8601 times.
 */
export type Decision<Input = unknown, Output = unknown> =
  /** It may run: with other arguments, or not before a time. */
  | { readonly type: 'approve'; readonly input?: Input; readonly notBefore?: string }
  /** It must not run; the model is told, and why. */
  | { readonly type: 'reject'; readonly reason?: string }
  /** A result in place of the tool's, or the answer to its question. */
  | { readonly type: 'answer'; readonly output: Output }
  /** It is asked about again then. */
  | { readonly type: 'snooze'; readonly until: string }
  | DoubtDecision<Output>;

/** What a person says about a call whose effect is unknown. Until its attempt's deadline only `happened` is believed. */
export type DoubtDecision<Output = unknown> =
  /** It took effect, and gave this. */
  | { readonly type: 'happened'; readonly output: Output }
  /** It certainly took no effect; it stays undone, and the model is told. */
  | { readonly type: 'did-not-happen' }
  /** It is started once more, with the same key. */
  | { readonly type: 'run-again' }
  /** It failed, and nobody knows whether it took effect. */
  | { readonly type: 'abandon' };

/** A decision as the call keeps it: what, who, when, and a digest of what the person was shown (rule D1). */
export interface DecisionRecord {
  readonly decision: Decision;
  /** Who took it, as `decide` was told. */
  readonly by?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The digest of what they were shown. */
  readonly seen?: string;
}

/** What is wrong with the shape of a decision: the member, and why. */
export interface WrongDecision {
  readonly member: string;
  readonly message: string;
}

/** A decision from anywhere, with the members that belong to it alone; or what is wrong with it. */
export function readDecision(value: unknown): { readonly decision: Decision } | WrongDecision {
  if (!isObject(value)) return { member: '', message: 'a decision is an object' };
  const { type, input, output, reason, notBefore, until } = value;
  switch (type) {
    case 'approve':
      if (notBefore !== undefined && !isTime(notBefore)) return { member: 'notBefore', message: 'is not a time' };
      return {
        decision: { type, ...(input !== undefined && { input }), ...(notBefore !== undefined && { notBefore }) },
      };
    case 'snooze':
      return isTime(until) ? { decision: { type, until } } : { member: 'until', message: 'is not a time' };
    case 'reject':
      if (reason !== undefined && typeof reason !== 'string') return { member: 'reason', message: 'is not text' };
      return { decision: { type, ...(reason !== undefined && { reason }) } };
    case 'answer':
    case 'happened':
      return output === undefined ? { member: 'output', message: 'is missing' } : { decision: { type, output } };
    case 'did-not-happen':
    case 'run-again':
    case 'abandon':
      return { decision: { type } };
    default:
      return { member: 'type', message: 'is not a decision' };
  }
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}
