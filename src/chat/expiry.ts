import { move } from '../conversation/tool-call.ts';
import type { Requirement, ToolCall, ToolCallChange } from '../conversation/tool-call.ts';

/** Where a call goes whose time to be decided is over: nowhere yet, to `denied`, or on without an expiry. */
export function expiryOf(call: ToolCall, now: number): ToolCallChange | undefined {
  if (call.state !== 'awaiting-approval' && call.state !== 'snoozed') return undefined;
  const over = (call.requirements ?? []).filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
  if (over.length === 0) return undefined;
  if (over.some(({ onExpire }) => onExpire !== 'keep')) return move(call, 'expire', { state: 'denied', by: 'expired' });
  const requirements = (call.requirements ?? []).map((one) => (over.includes(one) ? withoutExpiry(one) : one));
  return move(call, call.state === 'snoozed' ? 'wake' : 'keep', { state: 'awaiting-approval', requirements });
}

function withoutExpiry(requirement: Requirement): Requirement {
  const { expiresAt: _expiresAt, onExpire: _onExpire, ...rest } = requirement;
  return rest;
}
