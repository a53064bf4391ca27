import type { FinishReason } from '../../conversation/message.ts';
import { reasonFor } from '../finish-reason.ts';
import type { FinishReasons } from '../finish-reason.ts';

/** Why a model stopped, as the AI SDK tells it. */
export interface SdkFinish {
  readonly unified: string;
  readonly raw?: string | undefined;
}

const byProvider: FinishReasons = { refusal: 'refusal', pause_turn: 'pause-turn' };

const byWord: FinishReasons = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
  'tool-calls': 'tool-calls',
};

/** What a finish means; `undefined` when the provider never told of an end: the answer was cut. */
export function finishReasonOf({ unified, raw }: SdkFinish, hasCalls: boolean): FinishReason | undefined {
  const isCut = unified === 'interrupted' || (unified === 'other' && raw === undefined);
  if (isCut) return undefined;
  // The packages tell a refusal as text, and then as the work of a filter that no provider spoke of.
  const hasRefused = unified === 'content-filter' && (raw === undefined || raw === 'stop');
  const told = reasonFor(raw ?? '', byProvider);
  const reason = hasRefused ? 'refusal' : told === 'other' ? reasonFor(unified, byWord) : told;
  return reason === 'stop' && hasCalls ? 'tool-calls' : reason;
}
