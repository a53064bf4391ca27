import { ChatError, messageOf } from '../../conversation/error.ts';

/** Classes of SQLSTATE that pass by themselves: connection, rolled back, too many connections, shut down, lock not available. */
const passingStates = /^(08|40|53|57P|55P03)/;

/** Whether it may go better the next time: the connection broke, or the database undid what somebody else was in the way of. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ChatError) return false;
  const code = codeOf(error);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE') return passingStates.test(code);
  return code !== undefined ? /^E[A-Z_]+$/.test(code) : /connect|terminated|timeout/i.test(error.message);
}

/** What is thrown when it did not pass. */
export function unreached(cause: unknown): ChatError {
  const isLocked = cause instanceof Error && codeOf(cause) === '55P03';
  const message = isLocked
    ? 'Writing to Postgres: another process has kept a lock for too long.'
    : `Reaching Postgres: ${messageOf(cause)}.`;
  return new ChatError(isLocked ? 'busy' : 'network', message, { retryable: true, cause });
}

/** What is thrown when Postgres does not do something: what its user can mend is told in words, all else as it is. */
export function refusal(cause: unknown): unknown {
  const isReadOnly = cause instanceof Error && codeOf(cause) === '25006';
  if (!isReadOnly) return cause;
  return new ChatError('invalid-request', 'Writing to Postgres: this database may only be read.', { cause });
}

/** Longer each time, and never the same for two processes. */
export function pause(tries: number): Promise<void> {
  const longest = Math.min(25 * 2 ** tries, 1_000);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
