/**
 * Whether a whole text fits a pattern in which `*` stands for any characters and `?` for one. Its time grows with the
 * product of both lengths, never faster.
 */
export function fits(text: string, pattern: string): boolean {
  const letters = [...text];
  const signs = [...pattern];
  let at = 0;
  let sign = 0;
  // Where the last star stood, and how far the text was then: only that one has to be tried again.
  let star = -1;
  let from = 0;
  while (at < letters.length) {
    if (signs[sign] === '*') {
      star = sign;
      from = at;
      sign += 1;
    } else if (signs[sign] === '?' || (sign < signs.length && signs[sign] === letters[at])) {
      at += 1;
      sign += 1;
    } else if (star >= 0) {
      from += 1;
      at = from;
      sign = star + 1;
    } else return false;
  }
  while (signs[sign] === '*') sign += 1;
  return sign === signs.length;
}

/** Whether a pattern stands for more than itself. */
export function isWild(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** A text as rules compare it that forbid or ask: without regard to case, width and characters that do not show. */
export function folded(text: string): string {
  return (
    text
      .normalize('NFKC')
      .replaceAll(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
      // Down, up and down: disks take `ß` and `ẞ` for `SS`. A sigma is another one at the end of a word.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .normalize('NFKC')
  );
}
