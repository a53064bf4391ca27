import type { EndEvent } from '../conversation/event.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { isAnswered } from './child-answer.ts';
import { expiryOf } from './expiry.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import { waitingCalls } from '../conversation/waiting.ts';

/** A pause, where no call moves by another look at it. */
export function pauseOf(run: Run): EndEvent | undefined {
  const { conversation } = run;
  if (conversation.unsettled.some((call) => mayMove(run, call))) return undefined;
  const { approvals, questions, external, scheduled, inDoubt } = waitingCalls(conversation);
  return {
    type: 'paused',
    // By their ids: the calls are in the conversation already.
    approvals: approvals.map(idOf),
    questions: questions.map(idOf),
    external: external.map(idOf),
    scheduled: scheduled.map(({ call, at }) => ({ call: call.id, at })),
    inDoubt: inDoubt.map(idOf),
    usage: conversation.run.usage,
  };
}

/** Whether another look at the call would move it. */
function mayMove(run: Run, call: ToolCall): boolean {
  const now = run.conversation.now();
  if (expiryOf(call, now)) return true;
  switch (call.state) {
    case 'proposed':
      return true;
    case 'running':
      return !call.providerExecuted;
    case 'deferred':
    case 'snoozed':
      return call.until <= now;
    case 'approved':
      return !call.providerExecuted && (call.notBefore === undefined || call.notBefore <= now);
    case 'awaiting-result':
      return isAnswered(run, call);
    case 'awaiting-approval':
      return call.because === 'tool-missing' && toolOf(run, call.name) !== undefined;
    default:
      return false;
  }
}

function idOf({ id }: ToolCall): string {
  return id;
}
