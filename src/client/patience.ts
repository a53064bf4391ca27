import { ChatError } from '../conversation/error.ts';
import { onNetwork } from './network.ts';
import { machineClock } from './options.ts';
import type { ClientClock, ClientOptions } from './options.ts';

/** How often and after what time something is tried again. */
export type Patience = Pick<ClientOptions, 'attempts' | 'clock' | 'random'>;

/**
 * Milliseconds until the next attempt: twice as long each time, up to 30 s, and spread out, so that not all come back at
 * once; never sooner than the server says.
 */
export function delayAfter(failures: number, error: unknown, random: () => number = Math.random): number {
  const longest = Math.min(30_000, 500 * 2 ** (failures - 1));
  const wanted = error instanceof ChatError ? (error.retryAfter ?? 0) : 0;
  return Math.max(wanted, (longest / 2) * (1 + random()));
}

/** Waits for so long, or until the network is back or the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal, clock: ClientClock = machineClock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  const cancel = clock.after(milliseconds, done);
  const forget = onNetwork('online', done);
  signal.addEventListener('abort', done, { once: true });
  if (signal.aborted) done();
  return promise.finally(() => {
    cancel();
    forget();
    signal.removeEventListener('abort', done);
  });
}

/** Tries again for as long as that may help. Throws the last error, or the signal's reason. */
export async function persistently<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  { attempts = 6, clock, random }: Patience,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ChatError) || !error.retryable || failures >= attempts) throw error;
      await pause(delayAfter(failures, error, random), signal, clock);
    }
  }
}
