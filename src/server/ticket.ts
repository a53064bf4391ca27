import { seenOf } from '../conversation/seen.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** A call and what was shown of it: what an unmodified client hands back with its decision (rule X2). */
export interface Ticket {
  readonly call: string;
  /** The digest of what they were shown. */
  readonly seen: string;
}

/** The ticket of a call as it is now, in one word. */
export function ticketOf(call: ToolCall): string {
  return `${call.id}.${seenOf(call)}`;
}

/** Reads a ticket; nothing when it is none. */
export function ticketIn(text: string): Ticket | undefined {
  const cut = text.lastIndexOf('.');
  return cut === -1 ? undefined : { call: text.slice(0, cut), seen: text.slice(cut + 1) };
}
