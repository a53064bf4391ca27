/** The number that a text is, as JSON writes numbers; nothing for any other text, or where it would not stay what it is. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  const isExact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return isExact ? number : undefined;
}
