import { createHash } from 'node:crypto';
import { counted } from './size.ts';

/** A line that stays, goes or comes. */
interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** A line, and how many lines stand before it, before and after the change. */
interface PlacedLine extends Line {
  readonly before: number;
  readonly after: number;
}

/** Most lines, and most characters of one line, that are shown. */
const mostLines = 200;
const longestLine = 300;
/** Above this many comparisons the changed middle is shown as replaced whole. */
const mostComparisons = 4_000_000;
const context = 3;

/**
 * The change from one text to another as a unified diff, `''` when there is none.
 * What is cut is told, with a digest, so that two changes that differ never look alike.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = hunksOf(placed(compare(linesOf(before), linesOf(after))));
  const shown = lines.slice(0, mostLines).map(shortened);
  const head = [`--- ${path}`, `+++ ${path}`, ...shown];
  const isCut = lines.length > mostLines || lines.some((line) => line.length > longestLine);
  if (!isCut) return head.join('\n');
  const more = lines.length > mostLines ? `${counted(lines.length - mostLines, 'more line')}; ` : '';
  const digest = createHash('sha256')
    .update(JSON.stringify([before, after]))
    .digest('hex')
    .slice(0, 16);
  return [...head, `… ${more}not shown in full, the whole change is ${digest}`].join('\n');
}

/** How many lines a text has. */
export function lineCount(text: string): number {
  return linesOf(text).length;
}

/** The lines with their ends: a missing last line end is a difference too. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function shortened(line: string): string {
  return line.length > longestLine
    ? `${line.slice(0, longestLine)}… (${line.length - longestLine} more characters)`
    : line;
}

/** Same lines at both ends are found first: most edits are small. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const old = before.slice(start, before.length - end);
  const fresh = after.slice(start, after.length - end);
  const middle = old.length * fresh.length > mostComparisons ? replaced(old, fresh) : longestCommon(old, fresh);
  return [...signed(' ', before.slice(0, start)), ...middle, ...signed(' ', before.slice(before.length - end))];
}

function signed(sign: Line['sign'], texts: readonly string[]): readonly Line[] {
  return texts.map((text) => ({ sign, text }));
}

function replaced(old: readonly string[], fresh: readonly string[]): readonly Line[] {
  return [...signed('-', old), ...signed('+', fresh)];
}

/** The longest common subsequence, by the table of lengths from each pair of places to the ends. */
function longestCommon(old: readonly string[], fresh: readonly string[]): readonly Line[] {
  const width = fresh.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      const same = old[row] === fresh[column];
      lengths[row * width + column] = same
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length && column < fresh.length) {
    const text = old[row] ?? '';
    if (text === fresh[column]) {
      lines.push({ sign: ' ', text });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ sign: '-', text });
      row += 1;
    } else {
      lines.push({ sign: '+', text: fresh[column] ?? '' });
      column += 1;
    }
  }
  return [...lines, ...replaced(old.slice(row), fresh.slice(column))];
}

function placed(lines: readonly Line[]): readonly PlacedLine[] {
  let before = 0;
  let after = 0;
  return lines.map((line) => {
    const one = { ...line, before, after };
    if (line.sign !== '+') before += 1;
    if (line.sign !== '-') after += 1;
    return one;
  });
}

/** The changed lines with three around them, neighbours together. */
function hunksOf(lines: readonly PlacedLine[]): readonly string[] {
  const hunks: PlacedLine[][] = [];
  let until = 0;
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(index - context, until);
    const hunk = from > until || hunks.length === 0 ? [] : hunks.pop();
    const end = Math.min(index + context + 1, lines.length);
    hunks.push([...(hunk ?? []), ...lines.slice(from, end)]);
    until = end;
  }
  return hunks.flatMap((hunk) => [headOf(hunk), ...hunk.flatMap(textOf)]);
}

function headOf(hunk: readonly PlacedLine[]): string {
  const old = hunk.filter(({ sign }) => sign !== '+').length;
  const fresh = hunk.filter(({ sign }) => sign !== '-').length;
  const { before = 0, after = 0 } = hunk[0] ?? {};
  return `@@ -${range(before, old)} +${range(after, fresh)} @@`;
}

/** A range without lines names the line before it. */
function range(before: number, count: number): string {
  return `${count === 0 ? before : before + 1},${count}`;
}

function textOf({ sign, text }: Line): readonly string[] {
  if (text.endsWith('\n')) return [sign + text.slice(0, -1)];
  return [sign + text, '\\ No newline at end of file'];
}
