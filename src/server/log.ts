/** What a server tells of itself: no bodies, no headers, no query, and of a path only its pattern. */
export type LogEntry =
  | {
      readonly type: 'request';
      readonly method: string;
      /** As the route has it: `/threads/:thread`; absent where nothing is. */
      readonly path?: string;
      readonly status: number;
      /** Until the response began. */
      readonly milliseconds: number;
      readonly tenant?: string;
      readonly principal?: string;
      /** Names the error that the client was told by (rule X3). */
      readonly errorId?: string;
    }
  | {
      readonly type: 'error';
      /** As the client was told; absent when it broke in a stream. */
      readonly errorId?: string;
      readonly error: unknown;
    };

/** Where nothing else is said only what broke is told. */
export function logErrors(entry: LogEntry): void {
  if (entry.type === 'error') console.error('yourcall:', entry.errorId ?? '', entry.error);
}

/** A log that fails, now or later, changes no answer, and ends no process. */
export function harmless(log: (entry: LogEntry) => void): (entry: LogEntry) => void {
  const failed = (error: unknown): void => console.error('yourcall: the log failed:', error);
  return (entry) => {
    try {
      const told: unknown = log(entry);
      if (told instanceof Promise) told.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
