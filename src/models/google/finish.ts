import type { FinishReason } from '../../conversation/message.ts';
import { reasonFor } from '../finish-reason.ts';
import type { FinishReasons } from '../finish-reason.ts';

const reasons: FinishReasons = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  // The call of a tool that was not declared: it fails, the model is told so, and goes on.
  UNEXPECTED_TOOL_CALL: 'stop',
};

/** Servers that write enums as numbers, and the names that they mean. */
const names = [
  '',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
  'IMAGE_SAFETY',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
];

/** A reason by its name; `undefined` for none, which some servers write out. */
export function reasonName(value: unknown): string | undefined {
  const name = typeof value === 'number' ? (names[value] ?? String(value)) : value;
  return typeof name === 'string' && name !== '' && !name.endsWith('_UNSPECIFIED') ? name : undefined;
}

/** What a finish reason means. */
export function finishReasonOf(name: string, hasCalls: boolean): FinishReason {
  const reason = reasonFor(name, reasons);
  return reason === 'stop' && hasCalls ? 'tool-calls' : reason;
}
