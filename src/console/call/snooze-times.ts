/** A time that may be chosen by one click. */
export interface NamedTime {
  readonly name: string;
  readonly at: number;
}

/** Times to be asked again at, all of them to come. */
export function snoozeTimes(now: number): readonly NamedTime[] {
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(9, 0, 0, 0);
  return [
    { name: 'In 10 minutes', at: now + 10 * 60_000 },
    { name: 'In 1 hour', at: now + 60 * 60_000 },
    { name: 'Tomorrow, 9:00', at: tomorrow.getTime() },
  ];
}

/** A time as a field for local times has it, such as `2026-11-27T09:30`. */
export function localTime(at: number): string {
  const time = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return time.toISOString().slice(0, 16);
}
