import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { toNodeListener } from './listener.ts';

async function connected(answer: (request: Request) => Response | Promise<Response>): Promise<ClientHttp2Session> {
  const server = createServer(toNodeListener({ fetch: async (request) => answer(request) }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  return session;
}

function ask(session: ClientHttp2Session, body: string): Promise<string> {
  const stream = session.request({ ':method': 'POST', ':path': '/a?b=1', 'x-seen': 'yes' });
  stream.setEncoding('utf8');
  stream.end(body);
  return stream.toArray().then((pieces) => pieces.join(''));
}

test('a handler behind node:http2 is asked as behind node:http', async () => {
  const session = await connected(async ({ method, url, headers, body }) => {
    const { pathname, search, host } = new URL(url);
    const text = await new Response(body).text();
    return Response.json([method, pathname + search, host.replace(/\d+$/, 'port'), headers.get('x-seen'), text]);
  });
  expect(JSON.parse(await ask(session, '{}'))).toEqual(['POST', '/a?b=1', '127.0.0.1:port', 'yes', '{}']);
});

test('a stream over HTTP/2 comes piece by piece, and ends with its reader', async () => {
  const gone = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const session = await connected(({ signal }) => {
    signal.addEventListener('abort', () => gone.resolve());
    const start = (body: ReadableStreamDefaultController<Uint8Array>): void => {
      body.enqueue(new TextEncoder().encode('first'));
    };
    return new Response(new ReadableStream({ start, cancel: () => left.resolve() }));
  });
  const stream = session.request({ ':path': '/' });
  const [first] = (await once(stream, 'data')) as [Uint8Array];
  expect(String(first)).toBe('first');
  stream.close();
  await Promise.all([gone.promise, left.promise]);
});

test('a body over HTTP/2 that nobody reads is not waited for', async () => {
  const session = await connected(() => new Response('no', { status: 413 }));
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.write('x');
  const status = await new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])));
  expect(status).toBe(413);
  stream.end();
  expect(String(await stream.toArray())).toBe('no');
});
