import { expect, test } from 'vitest';
import { jsonLines } from './json-lines.ts';

test('a record is a line, and of an error it says what, why and where, whatever hangs on it', () => {
  const lines: string[] = [];
  const logger = jsonLines((line) => lines.push(line));
  const error: Error & { self?: unknown } = new TypeError('no\nsuch file', { cause: new Error('the disk is away') });
  error.self = error;
  logger.info({ type: 'request', status: 200 }, 'GET / 200');
  logger.error({ errorId: 'e1', err: error }, 'a request broke');
  logger.error({ err: 'words' }, 'a stream broke');
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  const time = expect.any(Number) as number;
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 30, time, type: 'request', status: 200, msg: 'GET / 200' },
    {
      level: 50,
      errorId: 'e1',
      err: {
        type: 'TypeError',
        message: 'no\nsuch file',
        stack: expect.stringMatching(/json-lines\.test\.ts[^]*the disk is away/) as string,
      },
      msg: 'a request broke',
    },
    { level: 50, err: { type: 'string', message: 'words' }, msg: 'a stream broke' },
  ]);
});
