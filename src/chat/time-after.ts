/** The last moment that a date can name, in milliseconds since the epoch. */
const latest = 8.64e15;

/**
 * When so many milliseconds are over, in milliseconds since the epoch; nothing when that is never. Whole ones, since the column
 * of a database holds no others, and untyped code may have written them in any way.
 */
export function timeAfter(now: number, length: number): number | undefined {
  const time = Math.max(now, Math.ceil(now + Number(length)));
  return time <= latest ? time : undefined;
}
