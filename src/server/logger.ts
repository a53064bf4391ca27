import type { LogEntry } from './log.ts';

/** What takes records: each a value, and a sentence beside it. A logger of pino, of Fastify or of Bunyan is one as it is. */
export interface Logger {
  info(record: object, sentence: string): void;
  error(record: object, sentence: string): void;
}

/**
 * The `log` of a handler that tells a logger: requests as `info`, or as `error` where the server failed (from 500 on), and what
 * broke as `error`, with the error as `err`.
 *
 * @example
 * createHandler({ runtime, authorize, log: logTo(pino()) });
 */
export function logTo(logger: Logger): (entry: LogEntry) => void {
  return (entry) => {
    if (entry.type === 'error') {
      const { errorId, error: err } = entry;
      const named = errorId === undefined ? {} : { errorId };
      return logger.error(
        { type: 'error', ...named, err },
        errorId === undefined ? 'a stream broke' : 'a request broke',
      );
    }
    const { method, path = '(nowhere)', status } = entry;
    const sentence = `${method} ${path} ${status}`;
    return status < 500 ? logger.info(entry, sentence) : logger.error(entry, sentence);
  };
}
