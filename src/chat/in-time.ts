import { sleep } from './sleep.ts';

/** Milliseconds that a policy, a hook or a check may take (rule L7). */
const patience = 10_000;

/** What comes of the work, or a rejection when it takes longer than ten seconds or the signal is aborted. */
export function inTime<T>(work: Promise<T>, what: string, signal: AbortSignal): Promise<T> {
  const late = new AbortController();
  const isLate = sleep(patience, AbortSignal.any([signal, late.signal])).then(() => {
    throw new Error(`${what} took more than ${patience / 1000} seconds.`);
  });
  return Promise.race([work, isLate]).finally(() => late.abort());
}
