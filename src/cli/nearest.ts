/** The word that was probably meant: one that begins so, else one that differs by two letters at most. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const begun = words.find((word) => typed.length > 1 && word.startsWith(typed));
  if (begun !== undefined) return begun;
  const ranked = words.map((word) => ({ word, distance: distanceOf(typed, word) }));
  const [best] = ranked.toSorted((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.min(2, typed.length - 1) ? best.word : undefined;
}

/** Letters to be put in, left out or changed, two neighbours that changed places being one. */
function distanceOf(from: string, to: string): number {
  let older: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          last[column]! + 1,
          current[column - 1]! + 1,
          last[column - 1]! + (isSame ? 0 : 1),
          isSwapped && row > 1 ? older[column - 2]! + 1 : Infinity,
        ),
      );
    }
    older = last;
    last = current;
  }
  return last[to.length]!;
}
