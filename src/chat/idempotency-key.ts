import { canonicalJson, sha256 } from '../conversation/digest.ts';
import type { ToolCall } from '../conversation/tool-call.ts';

/** The same for every attempt at one approved input: derived, so that it need not be stored. */
export function idempotencyKey(conversation: string, call: ToolCall): string {
  return `yc_${sha256(canonicalJson([conversation, call.id, call.input])).slice(0, 32)}`;
}
