import type { DecisionRecord } from './decision.ts';
import type { ContentPart } from './content.ts';

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
    approve: 'approved',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    expire: 'denied',
    escalate: 'awaiting-approval',
    keep: 'awaiting-approval',
    cancel: 'cancelled',
  },
  deferred: {
    allow: 'approved',
    ask: 'awaiting-approval',
    defer: 'deferred',
    deny: 'denied',
    approve: 'approved',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    cancel: 'cancelled',
  },
  snoozed: {
    wake: 'awaiting-approval',
    approve: 'approved',
    edit: 'awaiting-approval',
    reject: 'rejected',
    answer: 'completed',
    snooze: 'snoozed',
    expire: 'denied',
    cancel: 'cancelled',
  },
  approved: {
    start: 'running',
    'hand-out': 'awaiting-result',
    'ask-again': 'awaiting-approval',
    cancel: 'cancelled',
  },
  running: {
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    doubt: 'in-doubt',
    question: 'awaiting-input',
    'hand-out': 'awaiting-result',
    recover: 'running',
  },
  'awaiting-result': {
    answer: 'completed',
    fail: 'failed',
    reject: 'rejected',
    expire: 'denied',
    cancel: 'cancelled',
  },
  'awaiting-input': {
    answer: 'approved',
    reject: 'rejected',
    expire: 'denied',
    cancel: 'cancelled',
  },
  'in-doubt': {
    happened: 'completed',
    'did-not-happen': 'rejected',
    'run-again': 'approved',
    abandon: 'failed',
  },
  completed: {},
  failed: {},
  denied: {},
  rejected: {},
  cancelled: {},
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
  | 'edit'
  | 'reject'
  | 'answer'
  | 'snooze'
  | 'wake'
  | 'expire'
  | 'escalate'
  | 'keep'
  | 'ask-again'
  | 'start'
  | 'hand-out'
  | 'complete'
  | 'fail'
  | 'doubt'
  | 'question'
  | 'recover'
  | 'happened'
  | 'did-not-happen'
  | 'run-again'
  | 'abandon'
  | 'cancel';

/**
 * How a tool bears being repeated: `read` changes nothing, `idempotent` may be repeated with the same key,
 * `once` must not be repeated, `undeclared` is treated like `once` after a crash (rule E1).
 */
export type Effect = 'read' | 'idempotent' | 'once' | 'undeclared';

/** What a policy demands before a call may run. */
export interface Requirement {
  readonly reason?: string;
  /** The kind of risk in a word, such as `money` or `delete`. */
  readonly risk?: string;
  /** What will happen, shown to the person beside the arguments: a diff, a mail as it will be sent. */
  readonly preview?: string;
  /** Which decisions are offered; all when absent. */
  readonly decisions?: readonly ('approve' | 'reject' | 'answer' | 'snooze')[];
  /** Who may decide; anybody who may decide at all when absent. */
  readonly approvers?: readonly string[];
  /** Who may not. */
  readonly notBy?: 'requester';
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly onExpire?: 'deny' | 'escalate' | 'keep';
}

/** One start of a tool. Until `deadline` (milliseconds since the epoch) the old attempt may still act (rule E2). */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly deadline: number;
}

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
  readonly requirements?: readonly Requirement[];
  readonly decisions?: readonly DecisionRecord[];
  /** Approved or not, it does not start before this time (milliseconds since the epoch). */
  readonly notBefore?: number;
  readonly attempt?: Attempt;
  /** The provider runs this call itself; it never runs here (rule W3). */
  readonly providerExecuted?: true;
  /** The provider stopped before the arguments were complete; such a call never runs. */
  readonly incomplete?: true;
}

/** Where a call stands, with what belongs to that state alone. */
export type CallStanding<Output = unknown> =
  | { readonly state: 'proposed' }
  | { readonly state: 'awaiting-approval'; readonly because?: 'tool-changed' | 'tool-missing' }
  | { readonly state: 'deferred' | 'snoozed'; readonly until: number }
  | { readonly state: 'approved'; readonly by: 'policy' | 'person' }
  | { readonly state: 'running' }
  | { readonly state: 'awaiting-result' }
  | { readonly state: 'awaiting-input'; readonly question: string; readonly schema?: unknown; readonly data?: unknown }
  | { readonly state: 'in-doubt'; readonly reason: string }
  | {
      readonly state: 'completed';
      readonly output: Output;
      /** What the model is shown instead of the output. */
      readonly content?: readonly ContentPart[];
      /** A person answered instead of the tool, or said that it had happened. */
      readonly by?: 'person';
    }
  | {
      readonly state: 'failed';
      /** What the model is told. */
      readonly reason: string;
      /** Whether the tool may have taken effect all the same. */
      readonly outcome: 'none' | 'unknown';
      /** Finds the cause in the log of whoever ran the tool (rule X3). */
      readonly errorId?: string;
    }
  | { readonly state: 'denied'; readonly reason?: string; readonly by: 'policy' | 'expired' }
  | { readonly state: 'rejected'; readonly reason?: string }
  | {
      readonly state: 'cancelled';
      readonly by: 'stop' | 'supersede' | 'parent' | 'withdrawn';
      readonly outcome: 'none' | 'unknown';
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

const settled: ReadonlySet<CallState> = new Set<CallState>(['completed', 'failed', 'denied', 'rejected', 'cancelled']);

/** Whether nothing can happen to a call in this state any more. */
export function isSettled(state: CallState): boolean {
  return settled.has(state);
}

const reachable: ReadonlyMap<CallState, ReadonlySet<CallState>> = new Map(
  // The keys of the table are its states.
  Object.entries(transitions).map(([state, moves]) => [state as CallState, new Set(Object.values(moves))]),
);

/** Whether some cause leads from one state to the other. */
export function canMove(from: CallState, to: CallState): boolean {
  return reachable.get(from)?.has(to) === true;
}

/**
 * The change that moves a call. Throws when the table has no such move; nothing is changed then.
 * What of the facts is given along changes too.
 */
export function move(
  call: ToolCall,
  cause: Cause,
  to: CallStanding & Partial<Omit<CallFacts, 'id' | 'name' | 'revision'>>,
): ToolCallChange {
  if (transitions[call.state][cause] !== to.state) {
    throw new Error(`Tool call ${call.id} (${call.name}) cannot go from ${call.state} to ${to.state} by ${cause}.`);
  }
  return { id: call.id, name: call.name, revision: call.revision + 1, ...to };
}

/** States that hold nothing of their own, so nothing has to be left behind. */
const withoutDetails: ReadonlySet<CallState> = new Set<CallState>(['proposed', 'running', 'awaiting-result']);

const factNames = [
  'id',
  'providerId',
  'name',
  'arguments',
  'input',
  'revision',
  'effect',
  'fingerprint',
  'requirements',
  'decisions',
  'notBefore',
  'attempt',
  'providerExecuted',
  'incomplete',
] as const satisfies readonly (keyof CallFacts)[];

/** The call after a change: its facts stay unless the change has them, its standing is the change's. */
export function changed(call: ToolCall, change: ToolCallChange): ToolCall {
  // Either way every fact that the change has, and its whole standing: together a ToolCall again.
  if (withoutDetails.has(call.state)) return { ...call, ...change } as ToolCall;
  const facts: Partial<Record<keyof CallFacts, unknown>> = {};
  for (const name of factNames) if (call[name] !== undefined) facts[name] = call[name];
  return { ...facts, ...change } as ToolCall;
}
