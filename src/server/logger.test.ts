import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { shopsOfTests, requestAs } from '../../test/server/shop.ts';
import { logTo } from './logger.ts';

const shopWith = shopsOfTests();
afterEach(() => void vi.restoreAllMocks());
const key = 'kq7-Zr.9_token~w';

/** A logger of pino, and the lines that it writes. */
function written() {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  return { logger, lines, records: () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>) };
}

test('pino writes a line of JSON for every request, by its pattern, and nothing that was said (X3)', async () => {
  const { logger, lines, records } = written();
  const shop = shopWith({ log: logTo(logger) });
  const { thread, call, seen } = await shop.waiting();
  const decisions = [{ call, seen, decision: { type: 'reject', reason: 'not this month' } }];
  await shop.ask('kim', `POST /threads/${thread}/decisions?token=${key}`, { decisions }, { cookie: `session=${key}` });
  await shop.ask('mallory', 'GET /threads');
  await shop.ask('ann', 'GET /nowhere/at/all');
  const time = expect.any(Number) as number;
  const common = { level: 30, time, type: 'request', milliseconds: time };
  expect(records().slice(-3)).toEqual([
    {
      ...common,
      method: 'POST',
      path: '/threads/:thread/decisions',
      status: 200,
      tenant: 'acme',
      principal: 'kim',
      msg: 'POST /threads/:thread/decisions 200',
    },
    { ...common, method: 'GET', path: '/threads', status: 401, msg: 'GET /threads 401' },
    { ...common, method: 'GET', status: 404, msg: 'GET (nowhere) 404' },
  ]);
  for (const secret of [key, thread, call, seen, 'not this month', 'Pay 50', 'Bearer'])
    expect(lines.join('')).not.toContain(secret);
});

test('of what broke it writes the error, its cause and where, under the name that the client was told, without keys (X3)', async () => {
  const { logger, lines, records } = written();
  const shop = shopWith({
    script: [],
    log: logTo(logger),
    authorize: ({ headers }) => {
      throw new TypeError(`no such token: ${headers.get('authorization')}`, {
        cause: new Error('the directory is away'),
      });
    },
  });
  const response = await shop.handler.fetch(requestAs(key, `GET /threads?token=${key}`));
  const { errorId } = (await response.json()) as { errorId: string };
  expect(records()).toMatchObject([
    {
      level: 50,
      type: 'error',
      errorId,
      err: {
        type: 'TypeError',
        message: expect.stringMatching(/^no such token: .*\(key\).*the directory is away$/) as string,
        stack: expect.stringContaining('logger.test.ts') as string,
      },
      msg: 'a request broke',
    },
    { level: 50, type: 'request', status: 500, errorId, path: '/threads' },
  ]);
  expect(lines.join('')).not.toContain(key);
});

test.each<[string, () => void]>([
  [
    'throws',
    () => {
      throw new Error('the disk is full');
    },
  ],
  ['fails later', async () => Promise.reject(new Error('the disk is full'))],
])('a log that %s changes no answer, and that it did is told', async (_, log) => {
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const shop = shopWith({ log });
  const { thread, call, seen } = await shop.waiting();
  const decisions = [{ call, seen, decision: { type: 'approve' } }];
  const { body } = await shop.ask('kim', `POST /threads/${thread}/decisions`, { decisions });
  expect(body.answers).toMatchObject([{ type: 'applied' }]);
  expect((await shop.ask('mallory', 'GET /threads')).status).toBe(401);
  expect(told).toHaveBeenCalledWith('yourcall: the log failed:', new Error('the disk is full'));
});
