import { ChatError, messageOf } from '../../conversation/error.ts';

/** What is thrown when SQLite cannot do something to a file: what its user can mend is told in words, all else as it is. */
export function refusal(path: string, cause: unknown): unknown {
  switch (codeOf(cause)) {
    case 10:
      return new ChatError('network', `Using ${path}: its disk fails (${messageOf(cause)}).`, {
        retryable: true,
        cause,
      });
    case 11:
    case 26:
      return new ChatError('format', `Using ${path}: it is no database of SQLite, or damaged.`, { cause });
    case 8:
      return new ChatError('invalid-request', `Writing to ${path}: it may only be read.`, { cause });
    case 13:
      // Undone as a whole: sent again, it is stored once there is room.
      return new ChatError('overloaded', `Writing to ${path}: the disk is full.`, { retryable: true, cause });
    case 14:
      return new ChatError(
        'invalid-request',
        `Opening ${path}: there is no such file or folder, or it may not be used.`,
        { cause },
      );
    default:
      return cause;
  }
}

/** What is thrown when the file was moved, deleted or replaced since it was opened. */
export function moved(path: string): ChatError {
  const message = `Using ${path}: the file was moved, deleted or replaced since it was opened; end this process and start it anew.`;
  return new ChatError('invalid-request', message);
}

/** Whether somebody else has the lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === 5 || codeOf(error) === 6;
}

/** The result code of SQLite, without its details. */
function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}
