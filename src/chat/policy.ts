import type { Requirement, ToolCall } from '../conversation/tool-call.ts';

/** What a policy says of a call, as data. */
export type Verdict =
  | 'allow'
  | 'ask'
  | 'deny'
  | { readonly ask: Ask }
  | { readonly deny: string }
  /** Not before this time; the policies are asked again then. */
  | { readonly defer: Date | string };

/** What is asked of a person. Everything is optional. */
export interface Ask extends Omit<Requirement, 'expiresAt'> {
  /** Milliseconds until nobody may decide any more. */
  readonly expiresIn?: number;
}

/** What a policy may know beside the input. */
export interface PolicyContext<Context = unknown> {
  readonly call: ToolCall;
  readonly context: Context;
  /** The call was deferred, and its time has come. */
  readonly due: boolean;
  readonly signal: AbortSignal;
}

/** A verdict, or a function that finds one for the input. One that throws, or takes more than ten seconds, asks. */
export type Policy<Input = unknown, Context = unknown> =
  | Verdict
  | ((input: Input, about: PolicyContext<Context>) => Verdict | Promise<Verdict>);

/** All verdicts about a call, merged: any denial denies, every requirement must be met, the latest time counts (rule D4). */
export interface Ruling {
  readonly denied?: { readonly reason?: string };
  readonly requirements: readonly Requirement[];
  /** Milliseconds since the epoch. */
  readonly until?: number;
}

/** Merges verdicts. `now` in milliseconds since the epoch; `due` as in `PolicyContext`. */
export function merge(verdicts: readonly Verdict[], { now, due }: { now: number; due: boolean }): Ruling {
  const requirements: Requirement[] = [];
  let until: number | undefined;
  for (const verdict of verdicts) {
    if (verdict === 'deny') return { denied: {}, requirements: [] };
    if (verdict === 'ask') requirements.push({});
    else if (verdict === 'allow') continue;
    else if ('deny' in verdict) return { denied: { reason: verdict.deny }, requirements: [] };
    else if ('ask' in verdict) requirements.push(requirementOf(verdict.ask, now));
    else {
      const time = timeOf(verdict.defer);
      // A time that cannot be meant fails closed; only a call that is due takes a past time for "now" (rule D5).
      if (!Number.isFinite(time)) requirements.push({ reason: 'it was deferred to a time that is not a time' });
      else if (time > now) until = Math.max(until ?? 0, time);
      else if (!due && time < now - 60_000) requirements.push({ reason: 'it was deferred to a time in the past' });
    }
  }
  return { requirements, ...(until !== undefined && { until }) };
}

function requirementOf({ expiresIn, ...ask }: Ask, now: number): Requirement {
  return expiresIn === undefined ? ask : { ...ask, expiresAt: now + expiresIn };
}

function timeOf(time: Date | string): number {
  return typeof time === 'string' ? Date.parse(time) : time.getTime();
}
