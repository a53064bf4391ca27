/** A clock that stands still until it is turned. Times are milliseconds since the epoch. */
export interface TestClock {
  readonly now: () => number;
  advance(milliseconds: number): void;
  /** A number, or an ISO 8601 time. */
  set(time: number | string): void;
}

/**
 * A clock for `new Conversation({ now: clock.now })`: deferrals, expiries and deadlines come when the test says so.
 * It turns no timers: a tool's own timeout needs those of the test runner.
 *
 * @example
 * const clock = testClock('2030-01-01T09:00:00Z');
 */
export function testClock(start: number | string = 0): TestClock {
  let time = timeOf(start);
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    set: (to) => {
      time = timeOf(to);
    },
  };
}

function timeOf(time: number | string): number {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : time;
  if (Number.isFinite(milliseconds)) return milliseconds;
  throw new TypeError(`Setting a test clock: ${JSON.stringify(time)} is not a time.`);
}
