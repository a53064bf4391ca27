import { columnsOf } from '../columns.ts';

/** Rows of cells as lines, each column as wide as its widest cell; the last column is cut to fit. */
export function tableLines(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ''))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell + ' '.repeat(at === count - 1 ? 0 : widths[at]! - columnsOf(cell)));
    return cut(cells.join('  ').trimEnd(), width);
  });
}

function cut(line: string, width: number): string {
  if (columnsOf(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (columnsOf(kept) + columnsOf(character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
