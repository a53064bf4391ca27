/** How many columns a terminal gives a text; where terminals differ, rather too many. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/**
 * A line cut into rows of at most this many columns. A terminal would wrap it too, but to its very edge, where a value
 * could then pass for a line of ours (rule X5).
 */
export function rowsOf(line: string, width: number): readonly string[] {
  if (columnsOf(line) <= width) return [line];
  const rows: string[] = [];
  let row = '';
  let columns = 0;
  for (const character of line) {
    const more = widthOf(character);
    if (columns + more > width && row !== '') {
      rows.push(row);
      row = '';
      columns = 0;
    }
    row += character;
    columns += more;
  }
  return [...rows, row];
}

function widthOf(character: string): number {
  if (character === '\t') return 8;
  if (/\p{M}/u.test(character)) return 0;
  return (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
}
