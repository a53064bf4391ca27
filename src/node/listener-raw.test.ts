// What no client of HTTP says, but somebody who means no good.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answerTo, statusIn } from '../../test/server/raw.ts';
import { toNodeListener } from './listener.ts';

const asked: string[] = [];
const server = createServer(
  toNodeListener({
    fetch: async ({ url, method }) => {
      asked.push(`${method} ${url}`);
      // As libraries for events say it.
      return new Response('hello', { headers: { connection: 'keep-alive', 'keep-alive': 'timeout=600' } });
    },
  }),
);
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => void asked.splice(0));

const statusOf = async (text: string): Promise<number | undefined> => statusIn(await answerTo(url, text));
const end = 'Connection: close\r\n\r\n';

test('a host and a path are what they are', async () => {
  expect(await statusOf(`GET /a?b=1 HTTP/1.1\r\nHost: app.example:80\r\n${end}`)).toBe(200);
  expect(await statusOf(`GET /a HTTP/1.1\r\nHost: [::1]:4141\r\n${end}`)).toBe(200);
  expect(await statusOf(`GET /a HTTP/1.0\r\n${end}`)).toBe(200);
  expect(asked).toEqual(['GET http://app.example/a?b=1', 'GET http://[::1]:4141/a', 'GET http://localhost/a']);
});

test.each([
  ['brings a path along', 'localhost/threads/1?'],
  ['climbs', 'localhost/../threads'],
  ['brings a path along, the other way round', 'localhost\\threads'],
  ['brings a query along', 'localhost?x='],
  ['ends the address', 'localhost#'],
  ['is a user of somewhere else', 'localhost@evil.example'],
  ['is somebody here', 'mallory@localhost'],
  ['has a port that is none', 'localhost:99999'],
  ['is nothing', ''],
])('a host that %s is refused, and nobody is asked', async (_, host) => {
  expect(await statusOf(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n${end}`)).toBe(400);
  expect(asked).toEqual([]);
});

test.each([
  ['an address of another server', 'GET http://evil.example/threads HTTP/1.1\r\nHost: localhost\r\n', 400],
  ['the server as a whole', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n', 400],
  ['a request to be shown what it sent', 'TRACE / HTTP/1.1\r\nHost: localhost\r\n', 405],
  ['no host', 'GET / HTTP/1.1\r\n', 400],
  [
    'a length and pieces',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n',
    400,
  ],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n', 400],
  [
    'pieces of two kinds',
    'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n',
    400,
  ],
  ['lines that end early', 'GET / HTTP/1.1\nHost: localhost\n', 400],
  ['a header of 20 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: ${'9'.repeat(20_000)}\r\n`, 431],
])('%s is refused, and nobody is asked', async (_, text, status) => {
  expect(await statusOf(`${text}${end}`)).toBe(status);
  expect(asked).toEqual([]);
});

test('of what is sent behind a body that was not read nothing is taken for a request', async () => {
  const hidden = 'DELETE /threads/1 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const answer = await answerTo(
    url,
    `POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden.length + 1}\r\n\r\n${hidden}`,
  );
  expect(statusIn(answer)).toBe(200);
  expect(asked).toEqual(['POST http://localhost/a']);
});

test('whether a connection stays is for no answer to say', async () => {
  const answer = await answerTo(url, `GET /a HTTP/1.1\r\nHost: localhost\r\n${end}`);
  expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  expect(answer).not.toMatch(/keep-alive/i);
});
