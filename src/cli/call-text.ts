import { isObject } from '../conversation/json.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { columnsOf, rowsOf } from './columns.ts';
import { hasRightToLeft, lookAlikes, textsIn } from '../wire/look-alikes.ts';
import { clip, fold, sizeOf, visible, visibleJson, visibleLines } from '../wire/plain-text.ts';
import type { Fold, Folded } from '../wire/plain-text.ts';

/** How much is shown: everything, or what fits into `width` columns with long values folded. */
export interface Extent {
  readonly width: number;
  /** Columns of the first line that are taken already. Default: none. */
  readonly taken?: number;
  readonly all: boolean;
}

/** A call with its arguments as data: on one line when they are short, else each key on its own (rule X5). */
export function callText(call: ToolCall, { width, taken = 0, all }: Extent): Folded {
  const name = visible(call.name);
  const members = membersOf(call);
  const texts = textsIn(members);
  const short = `${name}  ${members.map(memberLine).join(', ')}`.trim();
  const flags = lookAlikes(texts).flatMap((flag) => rowsOf(`  ! ${flag}`, width));
  const multiline = members.some(({ value }) => typeof value === 'string' && value.includes('\n'));
  if (columnsOf(short) < width - taken && !multiline && !hasRightToLeft(texts))
    return { lines: [short, ...flags], folded: false };
  const values = members.map((member) => valueText(member, { width, all }));
  return {
    lines: [name, ...values.flatMap(({ lines }) => lines), ...flags],
    folded: values.some(({ folded }) => folded),
  };
}

/** A call on one line, cut to fit. */
export function callLine(call: ToolCall, width: number): string {
  const values = membersOf(call).map(({ key, value }) => `${keyText(key)}${clip(visibleJson(value), 60)}`);
  return clip(`${visible(call.name)}  ${values.join(', ')}`.trim(), width);
}

/** A name before its value. What stands alone has none. */
export function keyText(key: string | undefined): string {
  if (key === undefined) return '';
  return /^[\w.-]+$/.test(key) ? `${key}: ` : `${visibleJson(key)}: `;
}

/** Lines as rows behind a bar: a value can neither pretend to be folded, nor to end, nor to be ours. */
export function barred(lines: readonly string[], width: number): readonly string[] {
  return lines.flatMap((line) =>
    rowsOf(line, Math.max(20, width - 6)).map((row, index) => `    ${index === 0 ? '|' : ':'} ${row}`),
  );
}

interface Member {
  readonly key: string | undefined;
  readonly value: unknown;
}

/** The arguments by key. What is no object, or no JSON, has no keys. */
function membersOf({ input, arguments: text }: ToolCall): readonly Member[] {
  if (input !== undefined) return split(input);
  try {
    return split(JSON.parse(text));
  } catch {
    return [{ key: undefined, value: text }];
  }
}

function split(value: unknown): readonly Member[] {
  if (!isObject(value)) return [{ key: undefined, value }];
  return Object.entries(value).map(([key, member]) => ({ key, value: member }));
}

function memberLine({ key, value }: Member): string {
  return `${keyText(key)}${visibleJson(value)}`;
}

function valueText({ key, value }: Member, { width, all }: Extent): Folded {
  const isBlock = typeof value === 'string' && value.includes('\n');
  const json = isBlock ? '' : visibleJson(value);
  const text = isBlock ? visibleLines(value) : json.length > 80 && isNested(value) ? visibleJson(value, 2) : json;
  const { lines, rest }: Fold = all ? { lines: text.split('\n') } : fold(text, 12, 800);
  const line = `  ${keyText(key)}${lines[0]}`;
  if (lines.length === 1 && rest === undefined && columnsOf(line) <= width) return { lines: [line], folded: false };
  const size = typeof value === 'string' ? `(${sizeOf(value)})` : '';
  const heading = rowsOf(`  ${keyText(key)}${size}`, width);
  const folded = rest === undefined ? [] : [`    ${rest}`];
  return { lines: [...heading, ...barred(lines, width), ...folded], folded: rest !== undefined };
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
