import type { Json } from '../conversation/json.ts';
import type { Requirement } from '../conversation/requirement.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { timeAfter } from './time-after.ts';

/** What a policy says of a call, as data. */
export type Verdict =
  | 'allow'
  | 'ask'
  | 'deny'
  /** It waits for a person: why, who may decide, until when. */
  | { readonly ask: Ask }
  /** It does not run, and the model is told why. */
  | { readonly deny: string }
  /** Not before this time; the policies are asked again then. */
  | { readonly defer: Date | string };

/** What is asked of a person. Everything is optional. */
export interface Ask extends Omit<Requirement, 'expiresAt' | 'given' | 'met'> {
  /** Milliseconds until nobody may decide any more. */
  readonly expiresIn?: number;
}

/** What a policy may know beside the input. */
export interface PolicyContext<Context = unknown> {
  readonly call: ToolCall;
  /** The typed value that `stream()` was given. */
  readonly context: Context;
  /** The call was deferred, and its time has come. */
  readonly due: boolean;
  readonly signal: AbortSignal;
}

/**
 * A verdict, or a function that finds one for the input. One that throws, or takes more than ten seconds, asks.
 * The compiler widens the only word of an async function: write `async (): Promise<Verdict> => 'allow'`.
 */
export type Policy<Input = unknown, Context = unknown> =
  | Verdict
  | ((input: Input, about: PolicyContext<Context>) => Verdict | Promise<Verdict>);

/** A policy for every call of a chat, beside those of the tools: it can only add to what they demand (rule D4). */
export type ChatPolicy<Context = never, Call = ToolCall> = (
  call: Call,
  context: Context,
  about: Omit<PolicyContext<Context>, 'call' | 'context'>,
) => Verdict | Promise<Verdict>;

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
    if (verdict === 'allow') continue;
    if (verdict === 'deny') return { denied: {}, requirements: [] };
    if (verdict === 'ask') requirements.push({});
    else if (isVerdict(verdict, 'deny')) return { denied: { reason: String(verdict.deny) }, requirements: [] };
    else if (isVerdict(verdict, 'ask')) requirements.push(requirementOf(verdict.ask, now));
    else {
      const time = isVerdict(verdict, 'defer') ? timeOf(verdict.defer) : undefined;
      // A time that cannot be meant fails closed; only a call that is due takes a past time for "now" (rule D5).
      if (time === undefined) requirements.push({ reason: 'its policy gave no verdict' });
      else if (!Number.isFinite(time)) requirements.push({ reason: 'it was deferred to a time that is not a time' });
      else if (time > now) until = Math.max(until ?? 0, time);
      else if (!due && time < now - 60_000) requirements.push({ reason: 'it was deferred to a time in the past' });
    }
  }
  return { requirements, ...(until !== undefined && { until }) };
}

/** Verdicts may come from untyped code: what is none of them asks. */
function isVerdict<Word extends 'ask' | 'deny' | 'defer'>(
  verdict: Verdict,
  word: Word,
): verdict is Extract<Verdict, { readonly [W in Word]: unknown }> {
  return typeof verdict === 'object' && verdict !== null && word in verdict;
}

function requirementOf(ask: Ask, now: number): Requirement {
  const {
    expiresIn = Infinity,
    approvers,
    onExpire,
    quorum,
    ...rest
  } = typeof ask === 'object' && ask !== null ? ask : {};
  const expiresAt = timeAfter(now, expiresIn);
  return {
    ...storable(rest),
    // A name that stands alone is a name, not its letters.
    ...(approvers !== undefined && { approvers: [approvers].flat().map(String) }),
    // What is no number of people is more than one, and none that JSON could not hold.
    ...(quorum !== undefined && quorum !== 1 && { quorum: quorum > 2 ? Math.min(Math.ceil(quorum), 1_000_000) : 2 }),
    ...(expiresAt !== undefined && { expiresAt }),
    // What is none of the words leaves the default, which denies.
    ...(goesOn(onExpire) && { onExpire }),
  };
}

/** What of it can be stored: a word that cannot must not keep the call from being asked about. */
function storable(members: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(members)) {
    try {
      const text = JSON.stringify(value);
      if (text !== undefined) kept[name] = JSON.parse(text) as Json;
    } catch {
      // It is left out.
    }
  }
  return kept;
}

function goesOn(onExpire: Ask['onExpire']): boolean {
  return onExpire === 'keep' || (typeof onExpire === 'object' && Array.isArray(onExpire?.escalate?.approvers));
}

function timeOf(time: Date | string): number {
  return time instanceof Date ? time.getTime() : Date.parse(time);
}
