/** One place of a name: any number of characters, or one that passes. */
type Piece = 'many' | ((character: string) => boolean);

/** One place of a path: any number of folders (`**`), or a name made of pieces. */
export type Step = 'many' | readonly Piece[];

/** Reads the pattern of one name: `*`, `?`, `[a-z]`, `[!a]`, and `\` before a character that means itself. */
export function readName(pattern: string): readonly Piece[] {
  const characters = [...pattern];
  const pieces: Piece[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const end = character === '[' ? endOfClass(characters, at) : -1;
    if (character === '*') pieces.push('many');
    else if (character === '?') pieces.push(() => true);
    else if (end > 0) {
      pieces.push(readClass(characters.slice(at + 1, end)));
      at = end;
    } else {
      const literal = character === '\\' ? (characters[(at += 1)] ?? '') : character;
      pieces.push((one) => one === literal);
    }
  }
  return pieces;
}

/** Whether the names of a path follow the steps. Its time grows with the product of both lengths, never worse. */
export function followsSteps(steps: readonly Step[], names: readonly string[]): boolean {
  return fits(steps, names, (step, name) => step !== 'many' && fits(step, [...name], isPassed));
}

function isPassed(piece: Piece, character: string): boolean {
  return piece !== 'many' && piece(character);
}

/** Greedy, going back only to the last `many`: enough for wildcards, and safe from patterns made to take forever. */
function fits<One, Item>(
  pattern: readonly (One | 'many')[],
  items: readonly Item[],
  passes: (one: One | 'many', item: Item) => boolean,
): boolean {
  let place = 0;
  let at = 0;
  let back: { place: number; at: number } | undefined;
  while (at < items.length) {
    const one = pattern[place];
    if (one === 'many') {
      back = { place: (place += 1), at };
    } else if (one !== undefined && passes(one, items[at] as Item)) {
      place += 1;
      at += 1;
    } else if (back) {
      back.at += 1;
      ({ place, at } = back);
    } else return false;
  }
  return pattern.slice(place).every((one) => one === 'many');
}

/** Where a class that opens at `start` closes; a `]` right at its beginning belongs to it. */
function endOfClass(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === '!' || characters[start + 1] === '^' ? start + 2 : start + 1;
  return characters.indexOf(']', first + 1);
}

function readClass(inside: readonly string[]): (character: string) => boolean {
  const negated = inside[0] === '!' || inside[0] === '^';
  const members = inside.slice(negated ? 1 : 0);
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    if (members[at] === '\\' && at + 1 < members.length) at += 1;
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}
