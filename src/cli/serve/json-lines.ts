import { inspect } from 'node:util';
import { messageOf } from '../../conversation/error.ts';
import type { Logger } from '../../server/logger.ts';

/** Writes each record as a line of JSON with the members that pino gives it: `level` (30, or 50 for what broke), `time`, `msg`. */
export function jsonLines(write: (line: string) => void): Logger {
  const at =
    (level: number) =>
    (record: object, msg: string): void => {
      const line = { level, time: Date.now(), ...record, ...('err' in record && { err: shown(record.err) }), msg };
      write(`${JSON.stringify(line)}\n`);
    };
  return { info: at(30), error: at(50) };
}

/** What broke may hold anything, circles too. */
function shown(error: unknown): object {
  const type = error instanceof Error ? error.name : typeof error;
  return { type, message: messageOf(error), stack: inspect(error) };
}
