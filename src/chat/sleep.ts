import { longestTimer } from '../conversation/longest-timer.ts';

/** Resolves after so many milliseconds, or as many as a timer holds; rejects with the signal's reason when it is aborted before. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, longestTimer));
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
