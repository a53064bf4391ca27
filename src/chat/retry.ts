import { ChatError } from '../conversation/error.ts';

/** Milliseconds to wait before a failed model call is made again, or `false`. `attempt` is the number of the call that failed: 1, 2, … */
export type Retry = (attempt: number, error: ChatError) => number | false;

/** Milliseconds; a provider that asks for a longer wait is not waited for. */
const longest = 60_000;

/**
 * Twice by default, for what the error says may succeed later: after what the provider asked for, else after about half a
 * second, then one, two, … A cut answer is not asked for again by itself: it has cost, and perhaps been read.
 */
export function defaultRetry(retries: number): Retry {
  return (attempt, { code, retryable, retryAfter }) => {
    if (!retryable || code === 'incomplete-response' || attempt > retries) return false;
    if (retryAfter !== undefined) return retryAfter <= longest && retryAfter;
    return 500 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  };
}

/** Statuses by which a server says that it did nothing with a request. */
const refused: ReadonlySet<unknown> = new Set([400, 401, 402, 403, 404, 413, 422, 425, 429, 503, 529]);

/** Whether a request was certainly refused before anything was done about it. */
export function isUnread(error: unknown): boolean {
  return error instanceof ChatError && refused.has(error.status);
}
