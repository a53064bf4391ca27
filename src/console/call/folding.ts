import { isObject } from '../../conversation/json.ts';

/** How much of a value is shown before it is folded. */
export const shown = { lines: 16, characters: 1_000, members: 30, depth: 10 } as const;

/** Whether a value is too long to be shown whole at first, wherever in it. */
export function isFolded(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isLong(value);
  if (!isObject(value) && !Array.isArray(value)) return false;
  const members = Object.entries(value);
  if (members.length > shown.members || depth >= shown.depth) return members.length > 0;
  return members.some(([key, member]) => key.length > shown.characters || isFolded(member, depth + 1));
}

/** Whether a text is. */
export function isLong(text: string): boolean {
  return text.length > shown.characters || hasManyLines(text);
}

function hasManyLines(text: string): boolean {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines > shown.lines) return true;
  }
  return false;
}
