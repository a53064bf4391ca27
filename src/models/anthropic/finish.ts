import type { FinishReason } from '../../conversation/message.ts';
import { reasonFor } from '../finish-reason.ts';
import type { FinishReasons } from '../finish-reason.ts';

const reasons: FinishReasons = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
  pause_turn: 'pause-turn',
  // The provider shortened the conversation, and wants it back to go on.
  compaction: 'pause-turn',
};

/** What a stop reason means; `undefined` when there was none. */
export function finishReasonOf(raw: string | undefined): FinishReason | undefined {
  return raw === undefined ? undefined : reasonFor(raw, reasons);
}
