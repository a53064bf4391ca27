import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { ModelEvent } from '../chat/model.ts';
import { chatCompletions } from '../models/openai/chat/index.ts';
import type { FetchInit } from '../wire/http.ts';
import type { ByteStream } from '../wire/read.ts';
import { createNodeFetch, nodeFetch } from './fetch.ts';
import type { NodeFetch } from './fetch.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  return { url: `http://${await listen(server)}/v1`, server };
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function init(more: Partial<FetchInit> = {}): FetchInit {
  return { method: 'POST', headers: {}, body: '{}', signal: new AbortController().signal, ...more };
}

async function thrown(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Answers with a beginning, and hands out the socket. */
async function begun(): Promise<{ url: string; socket: Promise<Socket>; response: Promise<ServerResponse> }> {
  const opened = Promise.withResolvers<ServerResponse>();
  const { url } = await serve((_request, response) => {
    response.write('data: a\n\n');
    opened.resolve(response);
  });
  const socket = opened.promise.then(({ socket }) => socket!);
  return { url, socket, response: opened.promise };
}

function reading(body: ByteStream | null) {
  const reader = body!.getReader();
  return { cancel: () => reader.cancel(), read: async () => String((await reader.read()).value ?? 'the end') };
}

describe('a request over node:http', () => {
  test('is sent as it is, with nothing compressed', async () => {
    const { url } = await serve(async (request, response) => {
      const pieces = await request.toArray();
      const { host: _host, ...headers } = request.headers;
      response.setHeader('x-seen', 'Yes');
      response.setHeader('set-cookie', ['a', 'b']);
      const { method, url: path } = request;
      response.end(JSON.stringify({ method, path, headers, body: Buffer.concat(pieces).toString() }));
    });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer key' };
    const answer = await nodeFetch(`${url}/chat?v=1#x`, init({ headers, body: '{"é":1}' }));
    expect([answer.ok, answer.status, answer.headers.get('X-Seen'), answer.headers.get('none')]).toEqual([
      true,
      200,
      'Yes',
      null,
    ]);
    expect(answer.headers.get('set-cookie')).toBe('a, b');
    expect(JSON.parse(await answer.text())).toEqual({
      method: 'POST',
      path: '/v1/chat?v=1',
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'node',
        authorization: 'Bearer key',
        'content-type': 'application/json',
        'content-length': '8',
        connection: 'keep-alive',
      },
      body: '{"é":1}',
    });
    const bytes = new TextEncoder().encode('bytes');
    const again = await nodeFetch(url, init({ body: bytes }));
    expect(await again.text()).toContain('"body":"bytes"');
  });

  test('is answered piece by piece', async () => {
    const { url, response } = await begun();
    const { read } = reading((await nodeFetch(url, init())).body);
    expect(await read()).toBe('data: a\n\n');
    const next = read();
    (await response).end('data: b\n\n');
    expect([await next, await read(), await read()]).toEqual(['data: b\n\n', 'the end', 'the end']);
  });

  test('that is refused has its words', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '3' }).end('{"error":{"message":"slow down"}}');
    });
    const answer = await nodeFetch(url, init());
    expect([answer.ok, answer.status, answer.headers.get('retry-after')]).toEqual([false, 429, '3']);
    expect(await answer.text()).toBe('{"error":{"message":"slow down"}}');
  });

  test('does not follow a redirect: it carries a key', async () => {
    let asked = 0;
    const { url } = await serve((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: 'http://elsewhere.test/v1' }).end();
    });
    const answer = await nodeFetch(url, init());
    expect([answer.ok, answer.status, answer.headers.get('location'), asked]).toEqual([
      false,
      307,
      'http://elsewhere.test/v1',
      1,
    ]);
  });

  test('with a user in its address is not sent without it, nor told of with the password (rule X3)', async () => {
    const { url } = await serve((_request, response) => response.end());
    const failed: unknown = await nodeFetch(url.replace('//', '//ann:sk-secret@'), init()).catch((thrown) => thrown);
    expect(failed).toBeInstanceOf(TypeError);
    expect(inspect(failed, { depth: 9 })).toContain('a URL that includes credentials');
    expect(inspect(failed, { depth: 9 })).not.toContain('sk-secret');
  });

  test('that is answered by another protocol fails, and does not wait for ever', async () => {
    const { url } = await serve((request) => {
      request.socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    });
    const failed: unknown = await nodeFetch(url, init()).catch((thrown) => thrown);
    expect(failed).toMatchObject({
      name: 'TypeError',
      cause: { message: 'the connection was closed without an answer' },
    });
  });

  test('may be secure', async () => {
    // A shared key instead of a certificate.
    const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
    const server = createSecureServer({ ...shared, pskCallback: () => key }, (_request, response) => {
      response.end('safe');
    });
    const address = await listen(server);
    const pskCallback = () => ({ psk: key, identity: 'test' });
    const fetch = createNodeFetch({ ...shared, pskCallback, checkServerIdentity: () => undefined });
    expect(await (await fetch(`https://${address}`, init())).text()).toBe('safe');
    expect(await thrown(nodeFetch(`https://${address}`, init()))).toMatchObject({ message: 'fetch failed' });
  });
});

describe('a request over node:http that fails', () => {
  test.each([
    ['http://127.0.0.1:1/v1', 'ECONNREFUSED'],
    ['nonsense', 'ERR_INVALID_URL'],
    ['ftp://127.0.0.1/v1', 'ERR_INVALID_PROTOCOL'],
  ])('at %s has a cause: %s', async (url, code) => {
    const error = await thrown(nodeFetch(url, init()));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code } });
  });

  test('for a header that cannot be sent does not tell its value (X3)', async () => {
    const error = await thrown(nodeFetch('http://127.0.0.1:1', init({ headers: { authorization: 'Bearer sk-1\n' } })));
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ERR_INVALID_CHAR' } });
    expect(String((error as Error).cause)).not.toContain('sk-1');
  });

  test('for a body that is neither text nor bytes', async () => {
    const error = (await thrown(nodeFetch('http://127.0.0.1:1', init({ body: new FormData() })))) as Error;
    expect(String(error.cause)).toContain('neither text nor bytes');
  });

  test('before its answer, by a reset', async () => {
    const { url } = await serve((request) => request.socket.resetAndDestroy());
    expect(await thrown(nodeFetch(url, init()))).toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ECONNRESET' },
    });
  });

  test('in the middle of its answer, by a reset or a cut, is an error and no end', async () => {
    for (const end of ['resetAndDestroy', 'destroy'] as const) {
      const { url, socket } = await begun();
      const { read } = reading((await nodeFetch(url, init())).body);
      await read();
      const next = thrown(read());
      (await socket)[end]();
      expect(await next).toMatchObject({ name: 'TypeError', message: 'terminated', cause: { code: 'ECONNRESET' } });
      expect(await thrown(read())).toBe(await next);
    }
  });

  test('when the answer is shorter than it promised', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('short');
      setImmediate(() => response.destroy());
    });
    expect(await thrown((await nodeFetch(url, init())).text())).toMatchObject({ message: 'terminated' });
  });

  test('when the answer is compressed all the same', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    const error = (await thrown(nodeFetch(url, init()))) as Error;
    expect(String(error.cause)).toContain('compressed (gzip)');
  });
});

describe('a request over node:http that is stopped', () => {
  test.each([['before it was sent'], ['before its answer']])('%s throws the reason of the stop', async (when) => {
    const closed = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { url } = await serve((request) => {
      asked.resolve();
      request.socket.on('close', () => closed.resolve());
    });
    const controller = new AbortController();
    if (when === 'before it was sent') controller.abort('enough');
    const work = thrown(nodeFetch(url, init({ signal: controller.signal })));
    if (when === 'before its answer') {
      await asked.promise;
      controller.abort('enough');
      await closed.promise;
    }
    expect(await work).toBe('enough');
  });

  test('in the middle of its answer throws the reason, and the server sees it go', async () => {
    const { url, socket } = await begun();
    const controller = new AbortController();
    const answer = await nodeFetch(url, init({ signal: controller.signal }));
    const { read } = reading(answer.body);
    await read();
    const next = thrown(read());
    const closed = once(await socket, 'close');
    controller.abort('enough');
    expect(await next).toBe('enough');
    expect(await thrown(read())).toBe('enough');
    await closed;
  });

  test('by its reader ends the read that is under way', async () => {
    const { url, socket } = await begun();
    const { read, cancel } = reading((await nodeFetch(url, init())).body);
    await read();
    const next = read();
    const closed = once(await socket, 'close');
    await cancel();
    expect([await next, await read()]).toEqual(['the end', 'the end']);
    await closed;
  });

  test('leaves no listener at a signal that lives on', async () => {
    const { url } = await serve((_request, response) => response.end('a'));
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => ((listeners += 1), add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args)),
    });
    for (let i = 0; i < 3; i += 1) await (await nodeFetch(url, init({ signal }))).text();
    await new Promise(setImmediate);
    expect(listeners).toBe(0);
  });
});

describe('connections over node:http', () => {
  test('are used again, one after the other', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('a'.repeat(100_000));
    });
    for (let i = 0; i < 5; i += 1) {
      const { read } = reading((await nodeFetch(url, init())).body);
      while ((await read()) !== 'the end');
      await new Promise(setImmediate);
    }
    expect(ports.size).toBe(1);
  });

  test('slow a server down whose answer nobody reads', async () => {
    const total = 32 * 1024 * 1024;
    let written = 0;
    const { url } = await serve((_request, response) => {
      const piece = Buffer.alloc(65_536);
      const write = (): void => {
        do written += piece.length;
        while (response.write(piece) && written < total);
        if (written < total) response.once('drain', write);
        else response.end();
      };
      write();
    });
    const answer = await nodeFetch(url, init());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBeLessThan(total / 2);
    const reader = answer.body!.getReader();
    let length = 0;
    for (;;) {
      const { value } = await reader.read();
      if (!value) break;
      length += value.length;
    }
    expect(length).toBe(written);
  });

  test('that are idle do not keep the process alive', async () => {
    const { url } = await serve((_request, response) => response.end('a'));
    const source = new URL('./fetch.ts', import.meta.url).href;
    const code = `import { nodeFetch } from ${JSON.stringify(source)};
      const { signal } = new AbortController();
      for (let i = 0; i < 3; i += 1) {
        await (await nodeFetch(${JSON.stringify(url)}, { method: 'POST', headers: {}, body: '', signal })).text();
      }
      console.log('read');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    const read = performance.now();
    const [exitCode] = (await exit) as [number];
    expect([exitCode, String(output)]).toEqual([0, 'read\n']);
    // An idle connection is closed after 5 s: whoever waited for that would come later.
    expect(performance.now() - read).toBeLessThan(4000);
  }, 60_000);
});

describe.each<[string, NodeFetch]>([
  ['node:http', nodeFetch],
  ['fetch', globalThis.fetch],
])('a model over %s', (_name, fetch) => {
  async function ask(url: string, signal = new AbortController().signal): Promise<ModelEvent[]> {
    const model = chatCompletions({
      provider: 'test',
      model: 'm',
      baseURL: url,
      fetch,
      idleTimeout: 200,
      timeout: 300,
    });
    const events: ModelEvent[] = [];
    for await (const batch of model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() })) {
      events.push(...('type' in batch ? [batch] : batch));
    }
    return events;
  }
  const delta = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';

  test('streams', async () => {
    const { url } = await serve((_request, response) => response.end(`${delta}data: [DONE]\n\n`));
    expect(await ask(url)).toEqual([
      { type: 'text', delta: 'a' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test.each<[string, RequestListener, object]>([
    ['cut', (_, response) => response.write(delta, () => response.destroy()), { code: 'network', retryable: true }],
    [
      'silent',
      (_, response) => response.write(delta),
      { code: 'timeout', message: 'Asking test/m: nothing came for 0.2 s.' },
    ],
    ['slow', () => {}, { code: 'timeout', retryable: true, message: 'Asking test/m: no answer within 0.3 s.' }],
    ['refused', (_, response) => response.writeHead(401).end('{}'), { code: 'auth', retryable: false, status: 401 }],
    [
      'refused for now',
      (_, response) => response.writeHead(429, { 'retry-after': '2' }).end('{"error":{"message":"why"}}'),
      { code: 'rate-limit', retryable: true, retryAfter: 2000, message: 'Asking test/m: why (HTTP 429)' },
    ],
  ])('says when its answer is %s', async (_title, listener, error) => {
    const { url } = await serve(listener);
    await expect(ask(url)).rejects.toMatchObject(error);
  });

  test.each([
    ['http://127.0.0.1:1', { code: 'network', retryable: true }],
    ['nonsense', { code: 'invalid-request', retryable: false }],
  ])('says when it cannot reach %s', async (url, error) => {
    await expect(ask(url)).rejects.toMatchObject(error);
  });

  test.each(['before its answer', 'in the middle of it'])('throws the reason of a stop %s', async (when) => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      request.socket.on('close', () => closed.resolve());
      if (when !== 'before its answer') response.write(delta);
      setTimeout(() => controller.abort('enough'), 20);
    });
    await expect(ask(url, controller.signal)).rejects.toBe('enough');
    await closed.promise;
  });
});

test('a model over node:http says that it was sent elsewhere', async () => {
  const { url } = await serve((_, response) => response.writeHead(308, { location: 'http://x/?key=1' }).end());
  const model = chatCompletions({ provider: 'test', model: 'm', baseURL: url, fetch: nodeFetch });
  const { signal } = new AbortController();
  const events = model.stream({ messages: [], tools: [], settings: {}, signal, kept: new Map() });
  await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'invalid-response',
    message: 'Asking test/m: got a redirect to http://x/. Is the base URL right?',
  });
});
