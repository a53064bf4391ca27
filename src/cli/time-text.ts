/** A time as the clock on the wall shows it, with the day when that is not today. */
export function clockText(time: number, now: number): string {
  const clock = new Date(time).toLocaleTimeString('en-GB');
  return dayOf(time) === dayOf(now) ? clock : `${dayOf(time)} ${clock}`;
}

/** A stretch of time in its two largest units; never less than a second. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([number]) => number > 0);
  return parts
    .slice(first, first + 2)
    .filter(([number]) => number > 0)
    .map(([number, unit]) => `${number} ${unit}`)
    .join(' ');
}

function dayOf(time: number): string {
  // The one place that writes a date as ISO 8601 does.
  return new Date(time).toLocaleDateString('sv-SE');
}
