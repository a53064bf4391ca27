import type { FinishReason } from '../../../conversation/message.ts';
import { reasonFor } from '../../finish-reason.ts';
import type { FinishReasons } from '../../finish-reason.ts';

const reasons: FinishReasons = {
  stop: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  complete: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
  refusal: 'refusal',
};

/** What a finish reason of any server means; `undefined` when there was none. */
export function finishReasonOf(raw: string | undefined): FinishReason | undefined {
  return raw === undefined ? undefined : reasonFor(raw.toLowerCase(), reasons);
}
