import type { ChatEvent } from '../conversation/event.ts';
import { childOf } from '../conversation/handed-out.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { cancelUnstarted } from '../conversation/withdraw.ts';

/**
 * A stop cancels what was not started, and what a thread of its own has, which it goes down to; what waits for somebody waits
 * on (rules E7, C3).
 */
export function cancelAtStop(calls: readonly ToolCall[]): readonly ChatEvent[] {
  const goes = (call: ToolCall): boolean => call.state === 'proposed' || call.state === 'approved' || !!childOf(call);
  return cancelUnstarted(calls.filter(goes), 'stop');
}
