import { isOpen } from './requirement.ts';
import type { ToolCall } from './tool-call.ts';

/** When time alone moves a call, in milliseconds since the epoch; nothing when it waits for somebody, or for nobody (rule S2). */
export function dueTime(call: ToolCall): number | undefined {
  switch (call.state) {
    case 'deferred':
      return call.until;
    case 'snoozed':
      return earliest([call.until, expiryOf(call)]);
    case 'awaiting-approval':
      return earliest([expiryOf(call), call.recheckAt]);
    case 'awaiting-result':
    case 'awaiting-input':
      return call.expiresAt;
    case 'approved':
      return call.notBefore;
    case 'in-doubt':
      return call.recheckAt;
    case 'proposed':
    case 'running':
    case 'completed':
    case 'failed':
    case 'denied':
    case 'rejected':
    case 'cancelled':
      return undefined;
  }
}

/** The first time at which a requirement that nobody has met is over. */
function expiryOf({ requirements = [] }: ToolCall): number | undefined {
  return earliest(requirements.filter(isOpen).map(({ expiresAt }) => expiresAt));
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
