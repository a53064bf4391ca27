import { constants } from 'node:os';
import type { Input } from './input.ts';

/** What signals do to a talk. */
export interface Talking {
  /** Stops the answer that runs; false when there is none. */
  stop(): boolean;
  leave(): void;
}

/**
 * Ctrl-C stops the answer that runs, a second one before the next line leaves. SIGTERM and SIGHUP leave at once,
 * in order: what runs is stopped and its outcome kept. So does standard output when nobody reads it any more.
 */
export function watchSignals(talk: Talking, input: Input): { readonly exitCode: number | undefined; stop(): void } {
  let exitCode: number | undefined;
  let warned = false;
  const interrupt = (): void => {
    if (warned || (!talk.stop() && !input.interject)) return talk.leave();
    warned = true;
    input.interject?.('Ctrl-C again leaves.');
  };
  const leave = (signal: NodeJS.Signals): void => {
    exitCode = 128 + constants.signals[signal];
    talk.leave();
  };
  const unread = (): void => {
    exitCode = 1;
    talk.leave();
  };
  input.listen?.({ interrupt, line: () => (warned = false) });
  process.on('SIGINT', interrupt).on('SIGTERM', leave).on('SIGHUP', leave);
  process.stdout.on('error', unread);
  process.stderr.on('error', () => {});
  // The terminal is gone.
  process.stdin.on('error', () => talk.leave());
  return {
    get exitCode() {
      return exitCode;
    },
    stop: () => {
      process.off('SIGINT', interrupt).off('SIGTERM', leave).off('SIGHUP', leave);
    },
  };
}
