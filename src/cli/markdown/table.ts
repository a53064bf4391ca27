import { usualColumns } from '../columns.ts';
import { Flow } from './flow.ts';
import type { Paint } from './flow.ts';
import { readInline } from './inline.ts';
import type { Look } from './inline.ts';

/** How a piece of text with these looks is painted. */
export type Painter = (looks: readonly (Look | 'heading')[]) => Paint;

/** Whether these lines begin as a table does: names, and below them lines that say how they stand. */
export function isTable([head = '', rule = '']: readonly string[]): boolean {
  return /^\s*\|?[\s:|-]*-[\s:|-]*$/.test(rule) && cellsOf(rule).length === cellsOf(head).length;
}

/** A table as it is drawn: columns as wide as what stands in them; where the screen is too narrow, cells go over several rows. */
export function tableText([head = '', rule = '', ...lines]: readonly string[], width: number, paint: Painter): string {
  const names = cellsOf(head);
  const rows = [names, ...lines.map(cellsOf)].map((row) => names.map((_, at) => row[at] ?? ''));
  const widths = fitted(
    names.map((_, at) => Math.max(1, ...rows.map((row) => usualColumns(plainOf(row[at]!))))),
    width - 3 * (names.length - 1),
  );
  const isRight = cellsOf(rule).map((cell) => cell.endsWith(':') && !cell.startsWith(':'));
  const drawn = rows.flatMap((row, index) => {
    const cells = row.map((cell, at) =>
      cellRows(cell, widths[at]!, (looks) => paint(index === 0 ? [...looks, 'heading'] : looks)),
    );
    return rowLines(cells, { widths, isRight, bar: paint(['address'])(' │ ') });
  });
  const [first = '', ...others] = drawn;
  const line = paint(['address'])(widths.map((columns) => '─'.repeat(columns)).join('─┼─'));
  const headRows = Math.max(1, ...names.map((name, at) => cellRows(name, widths[at]!, paint).length));
  return [first, ...others.slice(0, headRows - 1), line, ...others.slice(headRows - 1)].join('\n');
}

function cellsOf(line: string): readonly string[] {
  const inside = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

function plainOf(cell: string): string {
  return readInline(cell, true)
    .pieces.map(({ text }) => text)
    .join('');
}

/** The widest column gives way until all of them fit. */
function fitted(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  const least = 6;
  for (let sum = widths.reduce((a, b) => a + b, 0); sum > room; sum -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= least) break;
    widths[widest]! -= 1;
  }
  return widths;
}

interface CellRow {
  readonly drawn: string;
  readonly columns: number;
}

function cellRows(cell: string, width: number, paint: Painter): readonly CellRow[] {
  const { pieces } = readInline(cell, true);
  const rows = (painted: boolean): readonly string[] => {
    const flow = new Flow({ width, hanging: '', indent: 0 });
    const drawn = pieces.map(({ text, looks }) => flow.add(text, painted ? paint(looks) : (plain) => plain));
    return (drawn.join('') + flow.end()).split('\n');
  };
  const plain = rows(false);
  return rows(true).map((drawn, at) => ({ drawn, columns: usualColumns(plain[at] ?? '') }));
}

interface Ruled {
  readonly widths: readonly number[];
  readonly isRight: readonly boolean[];
  readonly bar: string;
}

function rowLines(cells: readonly (readonly CellRow[])[], { widths, isRight, bar }: Ruled): readonly string[] {
  const height = Math.max(1, ...cells.map((rows) => rows.length));
  return Array.from({ length: height }, (_, row) =>
    cells
      .map((rows, at) => {
        const { drawn, columns } = rows[row] ?? { drawn: '', columns: 0 };
        const blanks = ' '.repeat(Math.max(0, widths[at]! - columns));
        return isRight[at] ? blanks + drawn : drawn + blanks;
      })
      .join(bar)
      .trimEnd(),
  );
}
