import type { DoneEvent, EndEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { next } from '../conversation/next.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { expiryOf } from './expiry.ts';
import { outputOf } from './output.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import type { Plan } from './step.ts';
import { waitingIds } from './waiting.ts';

/** Whose turn it is, or how the run ends here. A pause comes before the step limit (rule L6). */
export function turnOf(run: Run, plan?: Plan): EndEvent | 'model' | 'tools' {
  const { conversation, setup } = run;
  const { usage, steps } = conversation.run;
  switch (next(conversation)) {
    case 'tools': {
      const moves = conversation.unsettled.some((call) => mayMove(run, call));
      return moves ? 'tools' : { type: 'paused', ...waitingIds(conversation), usage };
    }
    case 'nothing':
      return done(run, conversation.messages.at(-1)?.finish ?? 'stop');
    case 'model':
      if (plan?.stop) return done(run, 'stop');
      return steps < setup.maxSteps ? 'model' : done(run, 'step-limit');
  }
}

/** Whether another look at the call would move it. */
function mayMove(run: Run, call: ToolCall): boolean {
  const now = run.conversation.now();
  if (expiryOf(call, now)) return true;
  switch (call.state) {
    case 'proposed':
    case 'running':
      return true;
    case 'deferred':
    case 'snoozed':
      return call.until <= now;
    case 'approved':
      return call.notBefore === undefined || call.notBefore <= now;
    case 'awaiting-approval':
      return call.because === 'tool-missing' && toolOf(run, call.name) !== undefined;
    default:
      return false;
  }
}

function done({ conversation }: Run, finish: DoneEvent['finish']): DoneEvent {
  const last = conversation.messages.at(-1);
  const text = last?.role === 'assistant' ? textOf(last) : '';
  const output = outputOf(last);
  return {
    type: 'done',
    // The call that gave the output is the end of the answer.
    finish: output ? 'stop' : finish,
    text,
    ...(output && { output: output.value }),
    usage: conversation.run.usage,
  };
}
