import { isWaiting } from '../conversation/changes.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import type { Thread, ThreadKey } from './thread.ts';

/** A call that waits for people whom nobody has told yet, as it stands now. */
export interface NoticeRow {
  readonly thread: Thread;
  readonly call: ToolCall;
  readonly message: string;
  /** When it began to wait for what it waits for now, in milliseconds since the epoch. */
  readonly since: number;
  /** What was told of it last, by the name that it had. */
  readonly told?: string;
  /** How often it was tried since. */
  readonly tries: number;
  /** Handed back with what became of it: whatever changes the call meanwhile makes it another one. */
  readonly ticket: number;
  /** What the store's clock says, in milliseconds since the epoch. */
  readonly now: number;
}

/** How many are taken, and for how long. */
export interface NoticeClaim {
  readonly limit: number;
  /** Milliseconds in which nobody else is given them. */
  readonly lease: number;
  /** Tenants of whose calls none is taken. Default: none. */
  readonly except?: readonly string[];
}

/** What became of telling of a call. */
export interface SettledNotice extends ThreadKey {
  readonly call: string;
  readonly ticket: number;
  readonly became:
    | { readonly type: 'told'; readonly name: string }
    /** It is to be tried again, in so many milliseconds. */
    | { readonly type: 'again'; readonly in: number; readonly tries: number };
}

/** Whether people are to be told of a call: it waits for somebody, and not only for a time or a process. */
export function isToTell(call: ToolCall): boolean {
  if (call.state === 'snoozed' || call.state === 'deferred') return false;
  return isWaiting(call) && !(call.state === 'awaiting-approval' && call.unjudged);
}
