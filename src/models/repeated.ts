import { ChatError } from '../conversation/error.ts';
import type { ConnectionOptions } from './connection.ts';

/** Milliseconds; a provider that asks for a longer wait is not waited for. */
const longest = 60_000;

/** Asks again, `maxRetries` times (default 2), for what the error says may succeed later; waits as long as it says. */
export async function repeated<Result>(
  ask: () => Promise<Result>,
  { maxRetries = 2 }: ConnectionOptions,
  signal: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ChatError) || !error.retryable || attempt > maxRetries) throw error;
      const wait = error.retryAfter ?? 500 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      if (wait > longest) throw error;
      await slept(wait, signal);
    }
  }
}

async function slept(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
