import { canonicalJson, sha256 } from '../conversation/digest.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/**
 * A digest of what a person is asked and shown: an edit, a new attempt or a new requirement moves it,
 * a snooze does not (rule D1).
 */
export function seenOf(call: ToolCall): string {
  const { id, name, input, attempt, requirements } = call;
  const asked = call.state === 'in-doubt' ? 'doubt' : call.state === 'awaiting-input' ? call.question : 'approval';
  const demands = (requirements ?? []).map(({ reason, approvers }) => ({ reason, approvers }));
  return sha256(canonicalJson([id, attempt?.number ?? 0, asked, name, input ?? null, demands]));
}
