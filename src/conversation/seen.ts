import { canonicalJson, sha256 } from './digest.ts';
import type { ToolCall } from './tool-call.ts';

/**
 * A digest of what a person is asked and shown: an edit, a new attempt or a new requirement moves it,
 * a snooze does not (rule D1).
 */
export function seenOf(call: ToolCall): string {
  const { id, name, input, attempt, requirements } = call;
  const demands = (requirements ?? []).map(({ reason, approvers }) => ({ reason, approvers }));
  // As JSON writes it: a reason may hold half a character, where somebody has cut it.
  const asked = JSON.stringify([questionOf(call), demands]);
  return sha256(canonicalJson([id, attempt?.number ?? 0, asked, name, input ?? null]));
}

function questionOf(call: ToolCall): string {
  switch (call.state) {
    case 'in-doubt':
      return 'doubt';
    case 'awaiting-result':
      return 'result';
    case 'awaiting-input':
      return call.question;
    default:
      return 'approval';
  }
}
