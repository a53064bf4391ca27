import { childOf } from '../conversation/handed-out.ts';
import { move } from '../conversation/move.ts';
import type { ToolCall, ToolCallChange } from '../conversation/tool-call.ts';
import { settle, validateAs } from './arguments.ts';
import type { Validated } from './arguments.ts';
import type { ChildAnswer } from './children.ts';
import { returned } from './outcome.ts';
import { toolOf } from './run.ts';
import type { Run } from './run.ts';
import { textOfIssues } from './schema.ts';

/** The result of a call whose thread has ended; nothing while it goes on (rule C3). */
export function answeredBy(run: Run, call: ToolCall): ToolCallChange | undefined | Promise<ToolCallChange> {
  const answer = answerOf(run, call);
  if (!answer) return undefined;
  const spent = answer.spent ? { spent: answer.spent } : {};
  const failed = (reason: string): ToolCallChange =>
    move(call, 'fail', { state: 'failed', reason, outcome: 'unknown', ...spent });
  if ('failed' in answer) return failed(answer.failed);
  const tool = toolOf(run, call.name);
  return settle(validateAs(run, tool?.output, answer.output), (checked: Validated) => {
    if ('issues' in checked) return failed(`what its thread answered is not valid: ${textOfIssues(checked.issues)}`);
    const { limits } = run.setup;
    const { to } = returned(tool, checked.input, { now: run.conversation.now(), limits });
    return move(call, 'answer', { ...to, ...spent });
  });
}

/** Whether the thread has ended that a call waits for. */
export function isAnswered(run: Run, call: ToolCall): boolean {
  return answerOf(run, call) !== undefined;
}

function answerOf({ setup }: Run, call: ToolCall): ChildAnswer | undefined {
  const child = childOf(call);
  return child && setup.children?.answerOf(child);
}
