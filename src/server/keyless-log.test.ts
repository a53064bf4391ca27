import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shopsOfTests, requestAs } from '../../test/server/shop.ts';
import { keylessLog } from './keyless-log.ts';
import type { LogEntry } from './log.ts';

const shopWith = shopsOfTests();
const key = 'kq7-Zr.9_token~w';
const nowhere = { type: 'nowhere' } as const;

/** What is logged of an error that broke a request with such headers and such a query. */
function logged(error: unknown, headers: Record<string, string>, query = ''): unknown {
  const entries: LogEntry[] = [];
  const request = new Request(`http://localhost/threads${query}`, { headers });
  keylessLog((entry) => entries.push(entry), request, nowhere)({ type: 'error', errorId: 'e1', error });
  const [entry] = entries;
  return entry?.type === 'error' ? entry.error : undefined;
}

const ways: readonly [headers: Record<string, string>, query?: string][] = [
  [{ authorization: `Bearer ${key}` }],
  [{ authorization: key }],
  [{ cookie: `theme=dark; session=${key}; more=1` }],
  [{ 'x-api-key': key }],
  [{ 'proxy-authorization': `Basic ${key}` }],
  [{}, `?after=c0&access_token=${encodeURIComponent(key)}`],
];

class JwtError extends Error {
  readonly code = 'EJWT';
}

test.each(ways)('of an error the log is not told what let in who asked: %j', (...[headers, query]) => {
  const request = new Request('http://localhost/', { headers: { 'x-api-key': key } });
  const circle: Record<string, unknown> = { token: key };
  circle['again'] = circle;
  const error = Object.assign(new JwtError(`${key} is not signed`, { cause: new Error(`at /x?token=${key}`) }), {
    circle,
    list: [{ [Symbol('s')]: key, [`of ${key}`]: 1 }],
    request,
    url: new URL(`http://localhost/?token=${key}`),
  });
  const told = logged(error, headers, query);
  expect(inspect(told, { depth: 20, showHidden: true })).not.toContain(key);
  expect(told).toBeInstanceOf(JwtError);
  expect(told).toMatchObject({ code: 'EJWT', message: '(key) is not signed', request: '(left out)' });
  expect(inspect(told)).toContain('keyless-log.test.ts');
});

test('an error without a key stays the very error', () => {
  const error = new JwtError('no', { cause: new Error('because', { cause: { at: new Date(0), of: [1, 'two'] } }) });
  expect(logged(error, { authorization: `Bearer ${key}` })).toBe(error);
  expect(logged('text', {})).toBe('text');
  expect(logged(undefined, {})).toBeUndefined();
});

test('short words are nobody’s keys, and names of the protocol are none', () => {
  const error = new Error('Bearer of the word max, in dark mode');
  expect(logged(error, { authorization: 'Bearer max', cookie: 'theme=dark' })).toBe(error);
});

test('an error that will not be asked is told of by nothing', () => {
  const unwilling = new Proxy(new Error(key), {
    ownKeys() {
      throw new Error(key);
    },
  });
  expect(inspect(logged(unwilling, { authorization: key }))).toMatch(/^Error: what broke cannot be shown/);
});

test('a key is found nowhere in what is logged, wherever it stood in an error', () => {
  const leaf = fc.oneof(fc.constant(key), fc.constant(`x ${key} y`), fc.string(), fc.integer());
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree')), tie('error')),
    error: fc
      .record({ message: fc.constantFrom(key, 'no'), cause: tie('tree') })
      .map(({ message, cause }) => new Error(message, { cause })),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const told = logged(value, { authorization: `Bearer ${key}` });
      expect(inspect(told, { depth: 40, showHidden: true })).not.toContain(key);
    }),
  );
});

test('a server tells its log of requests by their patterns, and of what broke without their keys (X3)', async () => {
  const entries: LogEntry[] = [];
  const shop = shopWith({
    log: (entry) => entries.push(entry),
    authorize: ({ headers, url }) => {
      throw new Error(`no such token: ${headers.get('authorization')} at ${url}`);
    },
  });
  const asked = requestAs(key, `GET /threads/t?token=${key}`, undefined, { cookie: `session=${key}` });
  const { status } = await shop.handler.fetch(asked);
  expect(status).toBe(500);
  expect(entries.map(({ type }) => type)).toEqual(['error', 'request']);
  expect(inspect(entries, { depth: 20, showHidden: true })).not.toContain(key);
  expect(inspect(entries)).toContain('no such token: (key) at http://localhost/threads/t?token=(key)');
});
