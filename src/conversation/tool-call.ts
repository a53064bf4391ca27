import type { Attempt, LateEvidence, Resumption } from './attempt.ts';
import type { Child } from './child.ts';
import type { ContentPart } from './content.ts';
import type { DecisionRecord } from './decision.ts';
import type { Json } from './json.ts';
import type { Requirement } from './requirement.ts';
import type { Sensitive } from './sensitive.ts';
import type { Usage } from './usage.ts';

export type { Sensitive } from './sensitive.ts';

/**
 * The life of a tool call (rule L1): from a state, a cause leads to a state, and nothing else does.
 * Printed in ARCHITECTURE.md and proven exhaustively.
 */
export const transitions: Readonly<Record<CallState, Readonly<Partial<Record<Cause, CallState>>>>> = {
  proposed: {
    invalid: 'failed',
    deny: 'denied',
    ask: 'awaiting-approval',
    defer: 'deferred',
    allow: 'approved',
    cancel: 'cancelled',
  },
  'awaiting-approval': {
    invalid: 'failed',
    deny: 'denied',
    ask: 'awaiting-approval',
    defer: 'deferred',
    allow: 'approved',
    approve: 'approved',
    meet: 'awaiting-approval',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    expire: 'denied',
    escalate: 'awaiting-approval',
    keep: 'awaiting-approval',
    found: 'approved',
    cancel: 'cancelled',
    happened: 'completed',
    evidence: 'awaiting-approval',
  },
  deferred: {
    allow: 'approved',
    ask: 'awaiting-approval',
    defer: 'deferred',
    deny: 'denied',
    approve: 'approved',
    meet: 'awaiting-approval',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    cancel: 'cancelled',
  },
  snoozed: {
    wake: 'awaiting-approval',
    approve: 'approved',
    meet: 'awaiting-approval',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    expire: 'denied',
    cancel: 'cancelled',
    happened: 'completed',
    evidence: 'snoozed',
  },
  approved: {
    start: 'running',
    'hand-out': 'awaiting-result',
    'ask-again': 'awaiting-approval',
    restore: 'in-doubt',
    cancel: 'cancelled',
    happened: 'completed',
    evidence: 'approved',
  },
  running: {
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    doubt: 'in-doubt',
    restore: 'in-doubt',
    question: 'awaiting-input',
    'hand-out': 'awaiting-result',
    recover: 'running',
    refuse: 'approved',
    evidence: 'running',
  },
  'awaiting-result': {
    answer: 'completed',
    fail: 'failed',
    reject: 'rejected',
    expire: 'denied',
    cancel: 'cancelled',
    evidence: 'awaiting-result',
  },
  'awaiting-input': {
    answer: 'approved',
    reject: 'rejected',
    expire: 'denied',
    cancel: 'cancelled',
    evidence: 'awaiting-input',
  },
  'in-doubt': {
    happened: 'completed',
    'did-not-happen': 'rejected',
    'run-again': 'approved',
    abandon: 'failed',
    complete: 'completed',
    fail: 'failed',
    wait: 'in-doubt',
    evidence: 'in-doubt',
  },
  completed: { evidence: 'completed' },
  failed: { evidence: 'failed' },
  denied: { evidence: 'denied' },
  rejected: { evidence: 'rejected' },
  cancelled: { evidence: 'cancelled' },
};

/** Where a call stands. The last five are settled. */
export type CallState =
  | 'proposed'
  | 'awaiting-approval'
  | 'deferred'
  | 'snoozed'
  | 'approved'
  | 'running'
  | 'awaiting-result'
  | 'awaiting-input'
  | 'in-doubt'
  | 'completed'
  | 'failed'
  | 'denied'
  | 'rejected'
  | 'cancelled';

/** What moves a call. */
export type Cause =
  | 'invalid'
  | 'deny'
  | 'ask'
  | 'defer'
  | 'allow'
  | 'approve'
  | 'meet'
  | 'edit'
  | 'reject'
  | 'answer'
  | 'snooze'
  | 'wake'
  | 'expire'
  | 'escalate'
  | 'keep'
  | 'found'
  | 'ask-again'
  | 'start'
  | 'hand-out'
  | 'complete'
  | 'fail'
  | 'doubt'
  | 'restore'
  | 'question'
  | 'recover'
  | 'refuse'
  | 'happened'
  | 'did-not-happen'
  | 'run-again'
  | 'abandon'
  | 'wait'
  | 'evidence'
  | 'cancel';

/**
 * How a tool bears being repeated: `read` changes nothing, `idempotent` may be repeated with the same key,
 * `once` must not be repeated, `undeclared` is treated like `once` after a crash (rule E1).
 */
export type Effect = 'read' | 'idempotent' | 'once' | 'undeclared';

/** What stays with a call while it moves. */
export interface CallFacts<Name extends string = string, Input = unknown> {
  /** Ours, unique in its conversation. */
  readonly id: string;
  /** The provider's id, which it may repeat or leave out. */
  readonly providerId?: string;
  readonly name: Name;
  /** The provider's text, verbatim; it goes back exactly so (rule W1). */
  readonly arguments: string;
  /** What the schema made of the arguments, parsed once: policy, person, digest, key and `run` all use this (rule D2). */
  readonly input?: Input;
  /** Raised by every change (rule D1). */
  readonly revision: number;
  readonly effect?: Effect;
  /** Marks the tool's name, input schema and effect as they were when the call was accepted (rule C1). */
  readonly fingerprint?: string;
  /** What its tool keeps from those who only look on; told anew with every change. */
  readonly sensitive?: Sensitive;
  readonly requirements?: readonly Requirement[];
  readonly decisions?: readonly DecisionRecord[];
  /** When somebody was first asked about what it waits for now, or waited for last (milliseconds since the epoch). */
  readonly askedAt?: number;
  /** Approved or not, it does not start before this time (milliseconds since the epoch). */
  readonly notBefore?: number;
  readonly attempt?: Attempt;
  readonly resume?: Resumption;
  readonly lateEvidence?: readonly LateEvidence[];
  /** What the thread has spent that answered it; a part of the usage of the run (rules C3, L5). */
  readonly spent?: Usage;
  /** The structured output of the run: once it is completed, the answer is given. */
  readonly final?: true;
  /** The provider runs this call itself; it never runs here (rule W3). */
  readonly providerExecuted?: true;
  /** The provider runs it only when it is told that somebody approved it. */
  readonly needsApproval?: true;
  /** The provider stopped before the arguments were complete; such a call never runs. */
  readonly incomplete?: true;
}

/** Where a call stands, with what belongs to that state alone. */
export type CallStanding<Output = unknown> =
  | {
      readonly state: 'proposed';
      /** The process that asked the model has a tool of this name: a process which lacks it does not fail the call (rule C1). */
      readonly known?: true;
    }
  | {
      readonly state: 'awaiting-approval';
      readonly because?: 'tool-changed' | 'tool-missing';
      /** The tool is missing here: somebody who may have it looks then (rule C1). */
      readonly recheckAt?: number;
      /** Nobody who has the tool has read its arguments and asked the policies: until then it can only be rejected (rule C1). */
      readonly unjudged?: true;
    }
  | { readonly state: 'deferred' | 'snoozed'; readonly until: number }
  | { readonly state: 'approved'; readonly by: 'policy' | 'person' | 'check' }
  | { readonly state: 'running' }
  | {
      readonly state: 'awaiting-result';
      readonly expiresAt?: number;
      /** Absent: somebody outside has the result. */
      readonly child?: Child;
    }
  | {
      readonly state: 'awaiting-input';
      readonly question: string;
      /** JSON Schema of the answer. */
      readonly schema?: Json;
      /** What the tool wants to find again when it is answered. */
      readonly data?: Json;
      readonly expiresAt?: number;
    }
  | {
      readonly state: 'in-doubt';
      readonly reason: string;
      /** The tool's check found nothing, but an old attempt may still act: it is asked again then (rule E2). */
      readonly recheckAt?: number;
    }
  | {
      readonly state: 'completed';
      readonly output: Output;
      /** What the model is shown instead of the output. */
      readonly content?: readonly ContentPart[];
      /** A person answered instead of the tool, or said that it had happened; or the tool's check did. */
      readonly by?: 'person' | 'check';
      /** When its attempt came out (milliseconds since the epoch): absent when none was heard of. */
      readonly endedAt?: number;
    }
  | {
      readonly state: 'failed';
      /** What the model is told. */
      readonly reason: string;
      /** Whether the tool may have taken effect all the same. */
      readonly outcome: 'none' | 'unknown';
      /** Finds the cause in the log of whoever ran the tool (rule X3). */
      readonly errorId?: string;
      /** When its attempt came out (milliseconds since the epoch): absent when none was heard of. */
      readonly endedAt?: number;
    }
  | { readonly state: 'denied'; readonly reason?: string; readonly by: 'policy' | 'expired' }
  | { readonly state: 'rejected'; readonly reason?: string }
  | {
      readonly state: 'cancelled';
      readonly by: 'stop' | 'supersede' | 'parent' | 'withdrawn';
      readonly outcome: 'none' | 'unknown';
      /** When its attempt was cut (milliseconds since the epoch): absent when none was. */
      readonly endedAt?: number;
    };

/** A tool call: what it is, where it stands, and how it got there. */
export type ToolCall<Name extends string = string, Input = unknown, Output = unknown> = CallFacts<Name, Input> &
  CallStanding<Output>;

/** A move of a call: its new standing, and those facts that changed with it. */
export type ToolCallChange<Name extends string = string, Input = unknown, Output = unknown> = Pick<
  CallFacts<Name, Input>,
  'id' | 'name' | 'revision'
> &
  Partial<CallFacts<Name, Input>> &
  CallStanding<Output>;
