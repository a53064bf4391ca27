import { isBlobReference } from '../conversation/blob.ts';
import { isObject } from '../conversation/json.ts';
import { textOfOutput } from '../conversation/result.ts';
import { isSettled } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { keyText } from './call-text.ts';
import { clip, count, visible, visibleJson } from '../wire/plain-text.ts';
import { userName } from './user-name.ts';

/** What a settled call came to, on one line. */
export function resultText(call: ToolCall, width: number): string {
  if (call.state !== 'completed') return clip(visible(outcomeText(call)), 4 * width);
  const lines = outputText(call).trimEnd().split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? 'nothing';
  const size = lines.length > 1 ? ` (${count(lines.length, 'line')})` : '';
  const who = call.by === 'person' ? `${personText(call)} ` : '';
  return `${who}${clip(visible(first.trim()), width - size.length - who.length)}${size}`;
}

function personText({ decisions }: ToolCall): string {
  return decisions?.at(-1)?.decision.type === 'happened' ? '(it happened)' : '(answered by a person)';
}

function outputText({ output, content }: ToolCall & { state: 'completed' }): string {
  const texts = content?.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`));
  if (texts) return texts.join('\n');
  if (isBlobReference(output)) return `(${count(output.size, 'byte')}) ${output.preview}`;
  if (!isObject(output)) return textOfOutput(output);
  return Object.entries(output)
    .map(([key, value]) => `${keyText(key)}${typeof value === 'string' ? value.trim() : visibleJson(value)}`)
    .join(', ');
}

function outcomeText(call: ToolCall): string {
  switch (call.state) {
    case 'failed':
      return `failed: ${call.reason}${call.outcome === 'unknown' ? ' (it may have taken effect all the same)' : ''}`;
    case 'denied':
      return call.by === 'expired' ? 'not done: nobody decided in time' : `not done, by policy${because(call.reason)}`;
    case 'rejected':
      return rejectedText(call);
    case 'cancelled':
      return call.outcome === 'unknown' ? 'stopped while it ran: it may have taken effect' : 'stopped before it began';
    default:
      return isSettled(call.state) ? 'done' : call.state;
  }
}

function rejectedText({ decisions, reason }: ToolCall & { state: 'rejected' }): string {
  const last = decisions?.at(-1);
  if (last?.decision.type === 'did-not-happen') return 'it did not happen, and is left so';
  const who = last?.by === undefined || last.by === userName() ? 'you' : last.by;
  return `not done: ${who} said no${because(reason)}`;
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}
