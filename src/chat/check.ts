import { move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { callFor, copyOf, validateAs } from './arguments.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { inTime } from './in-time.ts';
import { completed } from './outcome.ts';
import { reportable } from './reportable.ts';
import type { Run } from './run.ts';
import type { AnyTool, CheckAnswer } from './tool.ts';

/** Asks a tool's check what became of a call in doubt; nothing when it does not know, fails, or takes too long (rule E2). */
export async function checkDoubt(
  run: Run,
  call: ToolCall & { readonly state: 'in-doubt' },
  tool: AnyTool,
): Promise<ToolCallChange | undefined> {
  const answer = await answerOf(run, call, tool);
  if (answer === 'did-not-happen') {
    const { deadline = 0 } = call.attempt ?? {};
    if (deadline <= run.conversation.now()) return move(call, 'run-again', { state: 'approved', by: 'check' });
    // The old attempt may still thaw: only "it happened" is believed until then.
    if (call.recheckAt === deadline) return undefined;
    return move(call, 'wait', { state: 'in-doubt', reason: call.reason, recheckAt: deadline });
  }
  if (typeof answer !== 'object' || answer === null || !('happened' in answer)) return undefined;
  const output = await validateAs(run, tool.output, answer.happened);
  return 'issues' in output ? undefined : move(call, 'happened', { ...completed(tool, output.input), by: 'check' });
}

async function answerOf(run: Run, call: ToolCall, tool: AnyTool): Promise<CheckAnswer<unknown> | undefined> {
  const key = idempotencyKey(run.conversation.id, call);
  const about = { key, call: callFor(call), context: run.setup.context, signal: run.signal };
  try {
    return await inTime(Promise.resolve(tool.check?.(copyOf(call.input), about)), 'The check', run.signal);
  } catch (error) {
    // And nothing is known.
    if (!run.isOver) run.report(reportable(error, call));
  }
}
