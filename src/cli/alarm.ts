import type { Conversation } from '../conversation/conversation.ts';
import { longestTimer } from '../conversation/longest-timer.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** Rings when the next call is due that waits for a time: it was deferred, put off, or its time to be decided ends. */
export interface Alarm {
  /** Aborted when it rings; absent when nothing waits for a time. */
  readonly signal: AbortSignal | undefined;
  stop(): void;
}

/** Sets it for what waits now. */
export function alarmFor(conversation: Conversation): Alarm {
  const now = conversation.now();
  const times = conversation.unsettled.flatMap(timesOf).filter((time) => time > now);
  if (times.length === 0) return { signal: undefined, stop: () => {} };
  const controller = new AbortController();
  // A little later than the time, so that it has passed for whoever looks; and timers take no more than 24 days.
  const timer = setTimeout(() => controller.abort(), Math.min(Math.min(...times) - now + 20, longestTimer));
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

/** When something becomes of a call by itself. */
function timesOf(call: ToolCall): readonly number[] {
  switch (call.state) {
    case 'deferred':
      return [call.until];
    case 'snoozed':
      return [call.until, ...expiriesOf(call)];
    case 'approved':
      return call.notBefore === undefined ? [] : [call.notBefore];
    case 'awaiting-approval':
      return expiriesOf(call);
    default:
      return [];
  }
}

function expiriesOf({ requirements = [] }: ToolCall): readonly number[] {
  return requirements.flatMap(({ expiresAt }) => expiresAt ?? []);
}
