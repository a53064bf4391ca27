import { move } from '../conversation/move.ts';
import { isOpen } from '../conversation/requirement.ts';
import type { OnExpire, Requirement } from '../conversation/requirement.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { timeAfter } from './time-after.ts';

/** Where a call goes whose time to be decided is over: nowhere yet, to `denied`, to the next approvers, or on without an expiry. */
export function expiryOf(call: ToolCall, now: number): ToolCallChange | undefined {
  switch (call.state) {
    case 'awaiting-result':
    case 'awaiting-input': {
      const over = call.expiresAt !== undefined && call.expiresAt <= now;
      return over ? move(call, 'expire', { state: 'denied', by: 'expired' }) : undefined;
    }
    case 'awaiting-approval':
    case 'snoozed':
      return expiredRequirements(call, now);
    default:
      return undefined;
  }
}

function expiredRequirements(call: ToolCall, now: number): ToolCallChange | undefined {
  const isOver = (one: Requirement): boolean => isOpen(one) && one.expiresAt !== undefined && one.expiresAt <= now;
  const all = call.requirements ?? [];
  const over = all.filter(isOver);
  if (over.length === 0) return undefined;
  if (over.some(({ onExpire = 'deny' }) => onExpire === 'deny')) {
    return move(call, 'expire', { state: 'denied', by: 'expired' });
  }
  const requirements = all.map((one) => (isOver(one) ? goneOn(one, now) : one));
  const escalates = over.some(({ onExpire }) => typeof onExpire === 'object');
  const cause = call.state === 'snoozed' ? 'wake' : escalates ? 'escalate' : 'keep';
  return move(call, cause, { state: 'awaiting-approval', requirements });
}

function goneOn(requirement: Requirement, now: number): Requirement {
  const { expiresAt: _expiresAt, onExpire, ...rest } = requirement;
  return typeof onExpire === 'object' ? escalated(requirement, onExpire.escalate, now) : rest;
}

/** The same requirement, put to the next ones. */
function escalated(
  { expiresAt: _expiresAt, onExpire: _onExpire, ...rest }: Requirement,
  { approvers, expiresIn = Infinity }: (OnExpire & object)['escalate'],
  now: number,
): Requirement {
  const expiresAt = timeAfter(now, expiresIn);
  return { ...rest, approvers, ...(expiresAt !== undefined && { expiresAt }) };
}
