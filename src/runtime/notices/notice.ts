import { seenOf } from '../../conversation/seen.ts';
import { sha256 } from '../../conversation/digest.ts';
import { isOpen } from '../../conversation/requirement.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { NoticeRow } from '../../store/notice.ts';
import type { Thread } from '../../store/thread.ts';

/** That a call waits for somebody. */
export interface Notice {
  /** The same however often it is sent: who gets it twice knows it again. Another one when something else is asked. */
  readonly id: string;
  /**
   * `call.waiting`: it begins to wait. `call.asked-again`: people were told of it before, and something else is asked now, or
   * others are: it was edited, has escalated, or its snooze is over. `call.in-doubt`: nobody knows whether it took effect.
   */
  readonly type: 'call.waiting' | 'call.asked-again' | 'call.in-doubt';
  /** Since when it waits, in milliseconds since the epoch. */
  readonly at: number;
  readonly thread: Thread;
  readonly call: ToolCall;
  /** People and groups who may decide, or who asked where only they can answer; absent: anybody. */
  readonly to?: readonly string[];
}

/** The notice of a call as it stands; nothing when the people who were told of it last were told exactly this. */
export function noticeOf({ thread, call, since, told }: NoticeRow): Notice | undefined {
  const { tenant, thread: name } = thread;
  const id = sha256(JSON.stringify([tenant, name, call.id, call.state, since, seenOf(call)]));
  if (id === told) return undefined;
  const again = told === undefined ? 'call.waiting' : 'call.asked-again';
  const to = whoIn(call, thread);
  return { id, type: call.state === 'in-doubt' ? 'call.in-doubt' : again, at: since, thread, call, ...(to && { to }) };
}

function whoIn(call: ToolCall, { owner }: Thread): readonly string[] | undefined {
  if (call.state === 'awaiting-input' || call.state === 'awaiting-result')
    return owner === undefined ? undefined : [owner];
  const demands = (call.requirements ?? []).filter((one) => call.state === 'in-doubt' || isOpen(one));
  const named = demands.flatMap(({ approvers }) => approvers ?? []);
  return named.length === 0 ? undefined : [...new Set(named)];
}
