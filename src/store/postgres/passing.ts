import { ChatError, messageOf } from '../../conversation/error.ts';
import type { ErrorCode } from '../../conversation/error.ts';

/**
 * Classes of SQLSTATE that pass by themselves: connection, rolled back, no room, shut down or ended by somebody, lock not
 * available, took longer than the settings of its user allow; and a database that may only be read: one that was the primary
 * until a failover, while another connection leads to the new one.
 */
const passingStates = /^(08|40|53|57|55P03|25P0[34]|25006)/;

/** Ended because it took too long. */
const tooSlow = /^(57014|25P0[34])$/;

/** Tables, columns or functions that are not there; a value that no index takes. */
const missing = /^42(P01|703|883)$/;
const tooLong = '54000';

/** No room on the disk: it does not pass by waiting for a few seconds. */
const diskFull = '53100';

/** Whether it may go better the next time: the connection broke, or the database undid what somebody else was in the way of. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ChatError) return false;
  const code = codeOf(error);
  if (code === diskFull) return false;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE') return passingStates.test(code);
  return code !== undefined ? /^E[A-Z_]+$/.test(code) : /connect|terminated|timeout/i.test(error.message);
}

/** What is thrown when it did not pass. */
export function unreached(cause: unknown): ChatError {
  const code = cause instanceof Error ? codeOf(cause) : undefined;
  const thrown = (how: ErrorCode, message: string): ChatError =>
    new ChatError(how, message, { retryable: true, cause });
  if (code === '55P03') return thrown('busy', 'Writing to Postgres: another process has kept a lock for too long.');
  if (code === '25006') return thrown('network', 'Using Postgres: the database at this address may only be read.');
  if (code !== undefined && tooSlow.test(code))
    return thrown(
      'overloaded',
      `Using Postgres: it took longer than the settings of this user allow: ${messageOf(cause)}.`,
    );
  // Undone as a whole, each of them: sent again, it is stored once there is room.
  if (code?.startsWith('53')) return thrown('overloaded', `Writing to Postgres: it has no room: ${messageOf(cause)}.`);
  return thrown('network', `Reaching Postgres: ${messageOf(cause)}.`);
}

/** What is thrown when Postgres does not do something: what people can mend or wait for is told in words, all else as it is. */
export function refusal(cause: unknown): unknown {
  const code = cause instanceof Error ? codeOf(cause) : undefined;
  if (code === diskFull) return unreached(cause);
  const how = refusedAs(code);
  if (how === undefined) return cause;
  const what = how === 'format' ? 'the tables are not there as this release made them: ' : '';
  return new ChatError(how, `Using Postgres: ${what}${messageOf(cause)}.`, { cause });
}

function refusedAs(code: string | undefined): ErrorCode | undefined {
  if (code === undefined) return undefined;
  // Classes of SQLSTATE: who is not let in, or may not do this; a database that is not there.
  if (/^(28...|42501)$/.test(code)) return 'auth';
  if (missing.test(code)) return 'format';
  return code === '3D000' || code === tooLong ? 'invalid-request' : undefined;
}

/** Longer each time, and never the same for two processes. */
export function pause(tries: number): Promise<void> {
  const longest = Math.min(25 * 2 ** tries, 1_000);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
