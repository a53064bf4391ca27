/** What is typed for a time to come, as ISO 8601; nothing when it is none. `now` in milliseconds since the epoch. */
export function untilText(typed: string, now: number): string | undefined {
  const text = typed.trim().toLowerCase();
  const time = spanIn(text === '' ? '1 h' : text, now) ?? clockIn(text, now) ?? dateIn(typed.trim());
  return time !== undefined && time > now ? new Date(time).toISOString() : undefined;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function spanIn(text: string, now: number): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)$/.exec(text) ?? [];
  return number === undefined ? undefined : now + Number(number) * units[unit[0]!]!;
}

/** The next time that the clock on the wall shows this. */
function clockIn(text: string, now: number): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const date = new Date(now);
  date.setHours(Number(hours), Number(minutes), 0, 0);
  if (date.getTime() <= now) date.setDate(date.getDate() + 1);
  return date.getTime();
}

function dateIn(text: string): number | undefined {
  // What Date makes of other words nobody can foresee.
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const time = Date.parse(text.length === 10 ? `${text}T09:00` : text.replace(' ', 'T'));
  return Number.isNaN(time) ? undefined : time;
}
