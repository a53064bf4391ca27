import { demandsOn } from '../../conversation/addressee.ts';
import { seenOf } from '../../conversation/seen.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { lookAlikes, textsIn } from '../../wire/look-alikes.ts';
import { unifiedDiffLines } from './diff-lines.ts';
import { isLongDiff } from './diff-view.tsx';
import { isFolded, isLong } from './folding.ts';
import { inputOf } from './input.ts';
import { wasUnfolded } from './unfolded.ts';

/** Names what a person is shown of a call: an edit or a new question is something else. */
export function shownName(thread: string, call: ToolCall): string {
  return `${thread} ${call.id} ${seenOf(call)}`;
}

/** Whether a part of what is asked is folded at first. */
export function hasFolds(call: ToolCall): boolean {
  return isFolded(inputOf(call)) || isLong(call.name) || textsBeside(call).some(isFoldedText);
}

/** Whether a part of it is folded, and nobody has looked at it yet: until then it may not be approved (rule X5). */
export function isUnread(thread: string, call: ToolCall): boolean {
  return hasFolds(call) && !wasUnfolded(shownName(thread, call));
}

/** What in a call may be taken for something else, a sentence each. */
export function flagsOn(call: ToolCall): readonly string[] {
  return lookAlikes(textsIn([call.name, inputOf(call), ...textsBeside(call)]));
}

/** Whether what it does may hurt: by the word of its policy, or since it does it each time. */
export function isDangerous(call: ToolCall): boolean {
  return call.effect === 'once' || demandsOn(call).some(({ risk }) => risk !== undefined);
}

/** What is shown beside the arguments. */
function textsBeside(call: ToolCall): readonly string[] {
  const question = call.state === 'awaiting-input' ? [call.question] : [];
  return [...question, ...demandsOn(call).flatMap(({ reason, preview }) => [reason ?? '', preview ?? ''])];
}

function isFoldedText(text: string): boolean {
  const lines = unifiedDiffLines(text);
  return lines ? isLongDiff(lines) : isLong(text);
}
