import { barred } from './call-text.ts';
import type { Style } from './style.ts';

/** Where a change is shown. */
export interface ChangePage {
  /** Columns. */
  readonly width: number;
  readonly style: Style;
}

/** From so many columns on, lines are numbered. */
const roomy = 76;

/**
 * The lines of a preview as rows behind a bar. Of a unified diff what goes is red, what comes is green, and where there is
 * room each line has its number before and after the change, in front of the bar: what stands behind it is the tool's.
 */
export function changeRows(lines: readonly string[], { width, style }: ChangePage): readonly string[] {
  const isNumbered = width >= roomy && lines.some((line) => hunk.test(line));
  const places = placesOf(lines);
  return lines.flatMap((line, index) => {
    const rows = barred([line], isNumbered ? width - gutter : width);
    const paint = paintOf(line, places[index]!.isHead, style);
    if (!isNumbered) return rows.map(paint);
    const numbers = numbersText(places[index]!);
    return rows.map((row, at) => style.dim(at === 0 ? numbers : ' '.repeat(gutter)) + paint(row.slice(4)));
  });
}

/** `    12    13 `: columns of the two numbers. */
const gutter = 12;
const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

interface Place {
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** It stands above the first change: the name of what is changed. */
  readonly isHead: boolean;
}

function placesOf(lines: readonly string[]): readonly Place[] {
  const isChange = lines.some((line) => hunk.test(line));
  let next: { before: number; after: number } | undefined;
  return lines.map((line) => {
    const [, before, beforeCount, after, afterCount] = hunk.exec(line) ?? [];
    if (before !== undefined) {
      // A range without lines names the line before it.
      const first = (from: string | undefined, count: string | undefined): number =>
        Number(from) + (count === '0' ? 1 : 0);
      next = { before: first(before, beforeCount), after: first(after, afterCount) };
      return nowhere;
    }
    if (!next) return { ...nowhere, isHead: isChange && /^(---|\+\+\+) /.test(line) };
    const isOld = line.startsWith('-') || line.startsWith(' ');
    const isNew = line.startsWith('+') || line.startsWith(' ');
    const place = { before: isOld ? next.before : undefined, after: isNew ? next.after : undefined, isHead: false };
    next = { before: next.before + (isOld ? 1 : 0), after: next.after + (isNew ? 1 : 0) };
    return place;
  });
}

const nowhere: Place = { before: undefined, after: undefined, isHead: false };

function numbersText({ before, after }: Place): string {
  const column = (number: number | undefined): string => String(number ?? '').padStart(5);
  return `${column(before)} ${column(after)} `;
}

function paintOf(line: string, isHead: boolean, style: Style): (row: string) => string {
  if (isHead) return (row) => style.bold(row);
  if (line.startsWith('+')) return (row) => style.green(row);
  if (line.startsWith('-')) return (row) => style.red(row);
  return line.startsWith('@') ? (row) => style.cyan(row) : (row) => row;
}
