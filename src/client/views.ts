import type { DecisionAnswer } from '../chat/types.ts';
import type { DecisionRecord } from '../conversation/decision.ts';
import type { ErrorCode } from '../conversation/error.ts';
import type { Message } from '../conversation/message.ts';
import type { GrantAnswer, GrantOffer } from '../conversation/grant-offer.ts';
import type { GrantTaken } from '../conversation/grant.ts';
import type { DecisionTaken } from '../conversation/taken.ts';
import type { Effect, ToolCall } from '../conversation/tool-call.ts';

// What the server answers, as it writes it. A type test compares these with its own.

/** A piece of a list; `next` asks for what follows and is absent at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Which piece of a list. */
export interface PageQuery {
  /** Default: 50, at most 500. */
  readonly limit?: number;
  /** The `next` of the piece before. */
  readonly after?: string;
}

/** Who the server takes whoever asks for. */
export interface Me {
  /** The name under which they decide and own threads. */
  readonly principal: string;
  /** Whose threads they see. */
  readonly tenant: string;
  /** What they may do; `authorize` says it. */
  readonly scopes: readonly ('read' | 'send' | 'answer' | 'decide' | 'manage')[];
  /** What approvers may also be named by: groups and roles that they have. */
  readonly groups?: readonly string[];
}

/** A thread as lists show it. Times are milliseconds since the epoch. */
export interface ThreadView {
  readonly id: string;
  /** Whose it is. */
  readonly owner?: string;
  readonly title?: string;
  /** The chat that advances it. */
  readonly chat: string;
  /** How its last run ended: `new` before the first, `working` while one goes on or is due. */
  readonly status: 'new' | 'working' | 'paused' | 'done' | 'failed';
  /** Why it failed. */
  readonly error?: ErrorCode;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt?: number;
  /** The calls that it was opened for, the outermost first; absent: people speak in it. */
  readonly within?: readonly { readonly thread: string; readonly call: string }[];
}

/** A tool as people are told of it: enough to make a form for its arguments, or for an answer in its place. */
export interface DescribedTool {
  readonly name: string;
  /** For people. */
  readonly title?: string;
  /** As models are told. */
  readonly description?: string;
  /** JSON Schema of its arguments; absent where its provider alone knows them. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** JSON Schema of what may be answered in its place; absent where anything may be. */
  readonly output?: Readonly<Record<string, unknown>>;
  readonly effect: Effect;
  /** Its provider runs it, and nobody answers in its place. */
  readonly providerExecuted?: true;
}

/** A call that waits, and the digest of what its question and input are (rule D1). */
export interface WaitingView<Call = ToolCall> {
  readonly call: Call;
  readonly seen: string;
  /** The idempotency key that its attempts had, by which the other side may know them: for those who decide, once it was started. */
  readonly key?: string;
  /** What may be granted with an approval; only for who may decide, where something is granted at all. */
  readonly grants?: GrantOffer;
}

/** It in a thread that was read whole. */
export interface AskedView extends WaitingView {
  /** Whose word it follows from: the author of the last thing a user had said before it. Absent when that is not known. */
  readonly askedBy?: string;
}

/** A thread with its messages, what waits in it, and the place to watch it from. */
export interface ReadView {
  readonly thread: ThreadView;
  readonly messages: readonly Message[];
  readonly waiting: readonly AskedView[];
  readonly cursor: string;
}

/** A call that waits, in which message of which thread, and since when. */
export interface InboxItem<Call = ToolCall> extends WaitingView<Call> {
  readonly thread: ThreadView;
  readonly message: string;
  readonly since: number;
}

/** What became of a word. It is stored in both cases. */
export type Sent =
  | { readonly type: 'sent'; readonly message: Message }
  /** It is answered when these calls are settled. */
  | { readonly type: 'queued'; readonly message: Message; readonly behind: readonly string[] };

/** What became of a decision, and of what was to be granted with it. */
export type Answer = DecidedAnswer & { readonly grant?: GrantAnswer };

type DecidedAnswer =
  | Exclude<DecisionAnswer, { readonly type: 'already' }>
  /** Somebody settled the same question before: `earlier` says when, and who and how to those who may decide. */
  | {
      readonly type: 'already';
      readonly call: ToolCall;
      readonly earlier: Pick<DecisionRecord, 'at'> & Partial<DecisionRecord>;
    }
  | { readonly type: 'not-found' };

/** A decision of a person, as the audit trail of its thread keeps it (rule S7). */
export interface AuditEntry {
  readonly tenant: string;
  readonly thread: string;
  /** Its place in the trail of its thread, from 1. */
  readonly place: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Stands for whoever decided, within this thread; the name itself is in `decided`. */
  readonly who: string;
  /** Absent when the thread was erased. */
  readonly decided?: DecisionTaken | GrantTaken;
  readonly salt?: string;
  readonly digest: string;
  readonly link: string;
}

/** Which entries of audit trails, and in which order. */
export interface AuditPageQuery extends PageQuery {
  readonly thread?: string;
  /** Default: `oldest-first`. */
  readonly order?: 'oldest-first' | 'newest-first';
}

/** The audit trail of a thread, whole: `verifyTrail` of `yourcall/runtime` says whether it is what was written. */
export interface Trail {
  readonly tenant: string;
  readonly thread: string;
  /** Says how long the trail is; missing when somebody has deleted it. */
  readonly end?: TrailEnd;
  /** In the order of their places. */
  readonly entries: readonly AuditEntry[];
}

/** Where the trail of a thread ends. */
export interface TrailEnd {
  /** How many entries there are. */
  readonly count: number;
  /** When the last one was stored. */
  readonly at: number;
  /** The last link. */
  readonly link: string;
  readonly isKeyed: boolean;
  readonly salt?: string;
  readonly erasedAt?: number;
  /** Hash of all this. */
  readonly seal: string;
}

/** The first thing that is wrong with an audit trail, and where: see the table in docs/audit.md. */
export interface BrokenLink {
  readonly type: 'changed' | 'missing' | 'order' | 'end' | 'unkeyed';
  readonly tenant: string;
  readonly thread: string;
  /** The place in the trail, from 1. */
  readonly place: number;
  readonly reason: string;
}

/**
 * What came of walking the audit trails, up to the first broken link (rule S7). `isKeyed`: under the secret of the store, so
 * that nobody without it has changed them; else only that entries fit each other.
 */
export type CheckedAudit =
  | { readonly type: 'whole'; readonly trails: number; readonly entries: number; readonly isKeyed: boolean }
  | {
      readonly type: 'broken';
      readonly trails: number;
      readonly entries: number;
      readonly isKeyed: boolean;
      readonly broken: BrokenLink;
    }
  /** They are kept under a secret, which the server was not given: nothing is known. */
  | { readonly type: 'secret-missing' };
