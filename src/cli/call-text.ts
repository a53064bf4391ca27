import { isObject } from '../conversation/json.ts';
import { textOfOutput } from '../conversation/result.ts';
import { isSettled } from '../conversation/move.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { clip, count, fold, mixedScripts, sizeOf, textsIn, visible, visibleJson, visibleLines } from './plain-text.ts';
import type { Fold, Folded } from './plain-text.ts';

/** How much is shown: everything, or what fits into `width` with long values folded. */
export interface Extent {
  readonly width: number;
  readonly all: boolean;
}

/** A call with its arguments as data: on one line when they are short, else each key on its own (rule X5). */
export function callText(call: ToolCall, { width, all }: Extent): Folded {
  const name = visible(call.name);
  const members = membersOf(call);
  const short = [name, members.map(([key, value]) => `${keyText(key)}${visibleJson(value)}`).join(', ')].join('  ');
  const flags = mixedScripts(textsIn(members)).map((flag) => `  ! ${flag}`);
  const multiline = members.some(([, value]) => typeof value === 'string' && value.includes('\n'));
  if (short.length < width && !multiline) return { lines: [short.trim(), ...flags], folded: false };
  const values = members.map(([key, value]) => valueText(key, value, all));
  return {
    lines: [name, ...values.flatMap(({ lines }) => lines), ...flags],
    folded: values.some(({ folded }) => folded),
  };
}

/** What a settled call came to, on one line. */
export function resultText(call: ToolCall, width: number): string {
  if (call.state !== 'completed') return clip(visible(outcomeText(call)), 4 * width);
  const lines = outputText(call).trimEnd().split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? 'nothing';
  const size = lines.length > 1 ? ` (${count(lines.length, 'line')})` : '';
  return `${clip(visible(first.trim()), width - size.length)}${size}`;
}

/** A call on one line, cut to fit. */
export function callLine(call: ToolCall, width: number): string {
  const values = membersOf(call).map(([key, value]) => `${keyText(key)}${clip(visibleJson(value), 60)}`);
  return clip(`${visible(call.name)}  ${values.join(', ')}`, width);
}

function outputText({ output, content }: ToolCall & { state: 'completed' }): string {
  const texts = content?.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`));
  if (texts) return texts.join('\n');
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
      return `not done: you said no${because(call.reason)}`;
    case 'cancelled':
      return call.outcome === 'unknown' ? 'stopped while it ran: it may have taken effect' : 'stopped before it began';
    default:
      return isSettled(call.state) ? 'done' : call.state;
  }
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}

/** The arguments by key. What is no object, or no JSON, has no keys. */
function membersOf({ input, arguments: text }: ToolCall): readonly (readonly [string, unknown])[] {
  if (isObject(input)) return Object.entries(input);
  if (input !== undefined) return [['', input]];
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? Object.entries(value) : [['', value]];
  } catch {
    return [['', text]];
  }
}

function keyText(key: string): string {
  if (key === '') return '';
  return /^[\w.-]+$/.test(key) ? `${key}: ` : `${visibleJson(key)}: `;
}

function valueText(key: string, value: unknown, all: boolean): Folded {
  const isBlock = typeof value === 'string' && value.includes('\n');
  const json = isBlock ? '' : visibleJson(value);
  const text = isBlock ? visibleLines(value) : json.length > 80 && isNested(value) ? visibleJson(value, 2) : json;
  const { lines, rest }: Fold = all ? { lines: text.split('\n') } : fold(text, 12, 800);
  if (lines.length === 1 && rest === undefined) return { lines: [`  ${keyText(key)}${lines[0]}`], folded: false };
  const size = isBlock ? `(${sizeOf(value)})` : '';
  // What is ours stands outside the bar: a value cannot pretend to be folded, or to end.
  const block = lines.map((line) => `    | ${line}`);
  return {
    lines: [`  ${keyText(key)}${size}`, ...block, ...(rest === undefined ? [] : [`    ${rest}`])],
    folded: rest !== undefined,
  };
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
