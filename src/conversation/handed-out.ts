import type { Child } from './child.ts';
import type { ToolCall } from './tool-call.ts';

/** The thread whose answer a call waits for; nothing when it waits for somebody, or for nothing (rule C3). */
export function childOf(call: ToolCall | undefined): Child | undefined {
  return call?.state === 'awaiting-result' ? call.child : undefined;
}

/** Threads that answer calls, as moves of calls open and leave them. */
export class ChildChanges {
  readonly opened: OpenedChild[] = [];
  /** Those whose answer is not waited for any more. */
  readonly left: string[] = [];

  /** What a call was, and what it is now; nothing where it is gone. */
  add(before: ToolCall | undefined, after: ToolCall | undefined, author?: string): void {
    const [left, opened] = [childOf(before), childOf(after)];
    if (left?.thread === opened?.thread) return;
    if (left) this.left.push(left.thread);
    if (opened && after) this.opened.push({ ...opened, call: after.id, ...(author !== undefined && { author }) });
  }

  get isEmpty(): boolean {
    return this.opened.length + this.left.length === 0;
  }
}

/** A thread to be opened for a call. */
export interface OpenedChild extends Child {
  readonly call: string;
  /** Whose word the call follows from. */
  readonly author?: string;
}
