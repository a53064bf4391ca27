import { move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { isUnjudged } from './approval.ts';
import { checkDoubt } from './check.ts';
import { answeredBy } from './child-answer.ts';
import { isAtProvider, judgedBy } from './at-provider.ts';
import { attemptAt } from './execution.ts';
import { expiryOf } from './expiry.ts';
import { askAgain, isSame, stricter } from './fingerprint.ts';
import { failedBefore, failedOnce, judge, judgeAgain } from './judge.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import { timeAfter } from './time-after.ts';

/** What happens to a call before it may start, if anything does. */
export function advance(run: Run, call: ToolCall): ToolCallChange | undefined | Promise<ToolCallChange | undefined> {
  const now = run.conversation.now();
  const expired = expiryOf(call, now);
  if (expired) return expired;
  if (isAtProvider(call)) return undefined;
  switch (call.state) {
    case 'proposed':
      return call.known && !judgedBy(run, call) ? missing(run, call, 'ask') : judge(run, call);
    case 'deferred':
      return call.until <= now ? due(run, call) : undefined;
    case 'snoozed':
      return call.until <= now ? move(call, 'wake', { state: 'awaiting-approval' }) : undefined;
    case 'awaiting-approval':
      return call.because === 'tool-missing' ? found(run, call) : undefined;
    case 'approved':
      return checked(run, call);
    case 'running':
      return recovered(run, call);
    case 'awaiting-result':
      return answeredBy(run, call);
    case 'in-doubt': {
      const tool = toolOf(run, call.name);
      return tool?.check && checkDoubt(run, call, tool);
    }
    default:
      return undefined;
  }
}

/** The start of a call that may run, or its hand-out to whoever runs it elsewhere; nothing when it may not. */
export function startOf(run: Run, call: ToolCall): ToolCallChange | undefined {
  const now = run.conversation.now();
  const tool = isAtProvider(call) ? undefined : toolOf(run, call.name);
  if (!tool || !isSame(run, call, tool)) return undefined;
  if (call.state !== 'approved') {
    if (call.state !== 'running' || !mayRepeat(run, call)) return undefined;
    return move(call, 'recover', { state: 'running', attempt: attemptAt(call, tool, now) });
  }
  if (call.notBefore !== undefined && call.notBefore > now) return undefined;
  if (call.by === 'policy' && failedBefore(run, tool, call)) {
    return move(call, 'ask-again', { state: 'awaiting-approval', requirements: [failedOnce], askedAt: now });
  }
  if (tool.run) return move(call, 'start', { state: 'running', attempt: attemptAt(call, tool, now) });
  const expiresAt = timeAfter(now, tool.expiresIn ?? Infinity);
  return move(call, 'hand-out', {
    state: 'awaiting-result',
    // Whoever runs it may have been shown less of it so far.
    ...(call.sensitive && { input: call.input, arguments: call.arguments }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
}

function due(run: Run, call: ToolCall): ToolCallChange | Promise<ToolCallChange> {
  const tool = call.providerExecuted ? undefined : toolOf(run, call.name);
  return tool && !isSame(run, call, tool) ? askAgain(run, call, tool) : judgeAgain(run, call);
}

/** An approved call is run only by the tool that it was approved for (rule C1). */
function checked(run: Run, call: ToolCall): ToolCallChange | undefined | Promise<ToolCallChange> {
  const tool = toolOf(run, call.name);
  if (!tool) return missing(run, call, 'ask-again');
  return isSame(run, call, tool) ? undefined : askAgain(run, call, tool);
}

const minute = 60_000;

/**
 * Nobody need say anything for a machine that has the tool to look: machines of two releases may work side by side (rule C1).
 * That is after a minute, and after each look as long again as it has been missed.
 */
function missing(run: Run, call: ToolCall, cause: 'ask' | 'ask-again' | 'keep'): ToolCallChange {
  const now = run.conversation.now();
  const askedAt = cause === 'keep' ? (call.askedAt ?? now) : now;
  const recheckAt = now + Math.max(minute, now - askedAt);
  const unjudged = call.state === 'proposed' || isUnjudged(call);
  const because = { because: 'tool-missing', ...(unjudged && { unjudged }) } as const;
  return move(call, cause, { state: 'awaiting-approval', ...because, recheckAt, askedAt });
}

/** The tool that was missing is here, or is to be looked for again (rule C1). */
function found(run: Run, call: ToolCall): ToolCallChange | undefined | Promise<ToolCallChange> {
  const tool = toolOf(run, call.name);
  if (!tool) {
    const isEarly = call.state === 'awaiting-approval' && (call.recheckAt ?? 0) > run.conversation.now();
    return isEarly ? undefined : missing(run, call, 'keep');
  }
  // Nobody has accepted it yet: it is judged as if it had just been proposed.
  if (isUnjudged(call)) return judge(run, call);
  if (!isSame(run, call, tool)) return askAgain(run, call, tool);
  return move(call, 'found', { state: 'approved', by: call.decisions ? 'person' : 'policy' });
}

/** Running, but not here: its process died. Only what bears repeating starts again by itself (rules E1, C2). */
function recovered(run: Run, call: ToolCall): ToolCallChange | undefined {
  if (mayRepeat(run, call)) return undefined;
  const reason = 'the process that ran it ended before it said what happened';
  return move(call, 'doubt', { state: 'in-doubt', reason, askedAt: run.conversation.now() });
}

const dayLong = 24 * 60 * 60 * 1_000;

/** Whether a started call may run again by itself: a `read`, or an `idempotent` one while its key lives (rule E5). */
function mayRepeat(run: Run, call: ToolCall): boolean {
  const tool = toolOf(run, call.name);
  if (!tool || !isSame(run, call, tool)) return false;
  const effect = stricter(call.effect, tool.effect);
  if (effect !== 'idempotent') return effect === 'read';
  const { startedAt = 0, firstStartedAt = startedAt } = call.attempt ?? {};
  return run.conversation.now() < firstStartedAt + (tool.keyLifetime ?? dayLong);
}
