import { isObject } from '../../conversation/json.ts';
import { clip, visible } from '../../wire/plain-text.ts';

/** What arguments are, on one line of at most so many characters: simple members first come, the others by their size. */
export function summaryOf(value: unknown, width = 120): string {
  if (!isObject(value)) return clip(pieceOf(value, width), width);
  const members = Object.entries(value);
  if (members.length === 0) return 'no arguments';
  if (members.length === 1) return clip(pieceOf(members[0]![1], width), width);
  return clip(members.map(([key, member]) => `${visible(key)}: ${pieceOf(member, width)}`).join(' · '), width);
}

function pieceOf(value: unknown, width: number): string {
  if (typeof value === 'string') return value === '' ? '""' : visible(value.slice(0, width + 1));
  if (Array.isArray(value)) return value.length <= 3 && value.every(isPlain) ? value.join(', ') : sizeOf(value.length);
  if (isObject(value))
    return `{${visible(
      Object.keys(value)
        .join(', ')
        .slice(0, width + 1),
    )}}`;
  return String(value);
}

/** Short enough to stand in a list on one line, and with nothing to escape. */
function isPlain(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 30 && visible(value) === value);
}

function sizeOf(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}
