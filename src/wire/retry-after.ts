/** Milliseconds to wait, from `retry-after-ms` or `retry-after` (seconds, or a date); at most a year. */
export function retryAfterOf(headers: Pick<Headers, 'get'>): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (exact >= 0) return Math.min(exact, year);
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return Math.min(seconds * 1000, year);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - Date.now()), year);
}

/** What is said to be without end is written as JSON, too. */
const year = 31_536_000_000;
