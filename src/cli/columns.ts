/** How many columns a terminal gives a text; where terminals differ, rather too many. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** How many columns most terminals give a text: for what is only read, and should stand in line. */
export function usualColumns(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + usualWidthOf(character), 0);
}

/** The same of one character. */
export function usualWidthOf(character: string): number {
  if (/^[ -~]$/.test(character)) return 1;
  // Selectors, joiners and the like take no room.
  if (/\p{Default_Ignorable_Code_Point}/u.test(character)) return 0;
  return wide.test(character) ? 2 : Math.min(1, widthOf(character));
}

// East Asian scripts, their punctuation and full-width forms, and what is drawn as a picture.
const wide =
  /^(?![\uFF61-\uFFDC])[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\u3200-\u33FF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]$/u;

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

/** The beginning of a line that fits into so many columns, with a sign that it goes on. */
export function clipColumns(line: string, width: number): string {
  if (columnsOf(line) <= width) return line;
  return `${rowsOf(line, Math.max(1, width - 2))[0] ?? ''}…`;
}

function widthOf(character: string): number {
  if (character === '\t') return 8;
  if (/\p{M}/u.test(character)) return 0;
  return (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
}
