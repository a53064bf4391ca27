// `yourcall serve` as a person starts it, spoken to over HTTP alone.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostOver } from './mcp-server/host.ts';
import { newFolder, ownNode, read, removeFolder, root, run, shell, start } from './program.ts';
import { connectTo, statusIn, trickle } from './server/raw.ts';
import { framesUntil } from './server/shop.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(removeFolder);

/** What an answer holds, each of them some of it. */
interface Answer {
  readonly id: string;
  readonly type: string;
  readonly thread: { readonly status: string };
  readonly waiting: readonly { readonly call: { readonly id: string }; readonly seen: string }[];
  readonly answers: readonly { readonly type: string }[];
}

interface Served {
  readonly url: string;
  readonly token: string;
  /** What it has written to standard error. */
  logged(): string;
  /** Ends it as whoever runs programs does; gives its exit code. */
  end(): Promise<number>;
  ask(what: string, body?: unknown): Promise<Answer>;
  /** Reads the thread when it has told of an end of this name. */
  until(thread: string, name: string): Promise<Answer>;
}

const serve = (...args: readonly string[]): Promise<Served> => serveWith({}, args);

async function serveWith(environment: NodeJS.ProcessEnv, args: readonly string[]): Promise<Served> {
  const child = start(['serve', '--port', '0', '--json', ...args], ownNode, environment);
  let logged = '';
  child.stderr.on('data', (data) => (logged += String(data)));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask: Served['ask'] = async (what, body) => {
    const [method = '', path = ''] = what.split(' ');
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Answer;
  };
  return {
    url,
    token,
    logged: () => logged,
    ask,
    async until(thread, name) {
      await framesUntil(await fetch(`${url}/threads/${thread}/events?after=c0&token=${token}`), name);
      return ask(`GET /threads/${thread}`);
    },
    async end() {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number];
      return code;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const asks = { content: 'create notes.txt saying hello' };

describe('yourcall serve', () => {
  it('serves a whole talk: say, see it pause, decide, read the end; and it is kept', async () => {
    const first = await serve('--db', 'app.db');
    const { id } = await first.ask('POST /threads', {});
    expect(await first.ask(`POST /threads/${id}/messages`, asks)).toMatchObject({ type: 'sent' });
    const { waiting } = await first.until(id, 'paused');
    expect(existsSync(join(folder, 'notes.txt'))).toBe(false);
    expect(await first.end()).toBe(0);

    const second = await serve('--db', 'app.db');
    expect(second.token).not.toBe(first.token);
    const [{ call, seen }] = waiting as [Answer['waiting'][number]];
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
    const answers = await Promise.all([1, 2].map(() => second.ask(`POST /threads/${id}/decisions`, { decisions })));
    expect(answers.map(({ answers: [one] }) => one?.type).toSorted()).toEqual(['already', 'applied']);
    expect((await second.until(id, 'done')).thread.status).toBe('done');
    expect(read('notes.txt')).toBe('hello');
    expect(await second.end()).toBe(0);
  });

  it('verifies what people have decided under the secret of its place (S7)', async () => {
    const first = await serveWith({ YOURCALL_AUDIT_SECRET: 'a secret' }, ['--db', 'app.db']);
    const { id } = await first.ask('POST /threads', {});
    await first.ask(`POST /threads/${id}/messages`, asks);
    const [{ call, seen }] = (await first.until(id, 'paused')).waiting as [Answer['waiting'][number]];
    const decisions = [{ call: call.id, seen, decision: { type: 'reject' } }];
    await first.ask(`POST /threads/${id}/decisions`, { decisions });
    const whole = { type: 'whole', trails: 1, entries: 1, isKeyed: true };
    expect(await first.ask('GET /audit/check')).toEqual(whole);
    await first.end();

    const second = await serve('--db', 'app.db', '--no-work');
    expect(await second.ask('GET /audit/check')).toEqual({ type: 'secret-missing' });
    await second.end();
  });

  it('speaks with hosts of MCP', async () => {
    const { url, token, end } = await serve('--no-work');
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const { client } = await hostOver(
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }) as Transport,
    );
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['say', 'read_thread', 'stop', 'inbox', 'decide']);
    await client.close();
    expect(await end()).toBe(0);
  });

  it('is walked through by a shell as docs/server.md has it', async () => {
    const [, walk = ''] = /```sh\n(.*?)```/s.exec(readFileSync(join(root, 'docs', 'server.md'), 'utf8')) ?? [];
    const { status, stdout, stderr } = await shell(walk.replaceAll('4141', String(await freePort())));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('"type":"applied"');
    expect(stdout).toMatch(/hello$/);
  });

  it('is walked through as README has it, with curl alone', async () => {
    const [, section = ''] = /\n## Over HTTP\n(.*?)\n## /s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    const [command = '', walk = ''] = Array.from(section.matchAll(/```sh\n(.*?)```/gs), ([, block]) => block);
    const port = String(await freePort());
    const inTerminal = command.replace('npx yourcall', 'yourcall').replace('4141', port).trim();
    const ready = `until curl -s http://127.0.0.1:${port}/healthz > ready; do sleep 0.1; done`;
    const both = `${inTerminal} > served &\n${ready}\n${walk.replaceAll('4141', port)}\nkill $!`;
    const { status, stdout, stderr } = await shell(both);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain("name: 'write_file'");
    expect(stdout).toContain('"type":"applied"');
    expect(stdout).toMatch(/hello$/);
  });

  it('lets in only who has the token, no proxies, and no page of another name (X4)', async () => {
    const { url, token, end } = await serve();
    const status = async (headers: Record<string, string>, path = '/threads'): Promise<number | undefined> => {
      const asked = request(`${url}${path}`, { headers }).end();
      const [answer] = (await once(asked, 'response')) as [{ readonly statusCode?: number; resume(): void }];
      answer.resume();
      return answer.statusCode;
    };
    const authorization = `Bearer ${token}`;
    expect(await status({ authorization })).toBe(200);
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `${authorization}x` })).toBe(401);
    expect(await status({ authorization, 'x-forwarded-for': '10.0.0.1' })).toBe(403);
    expect(await status({ authorization, forwarded: 'for=10.0.0.1' })).toBe(403);
    expect(await status({ forwarded: 'for=10.0.0.1' }, '/healthz')).toBe(403);
    expect(await status({ authorization, host: 'evil.example' })).toBe(421);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(await end()).toBe(0);
  });

  it('tells of requests as lines of JSON, without the token and what was said (X3)', async () => {
    const { token, ask, until, logged, end } = await serve('--log');
    const { id } = await ask('POST /threads', {});
    await ask(`POST /threads/${id}/messages`, asks);
    await until(id, 'paused');
    expect(await end()).toBe(0);
    const records = logged()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const { level, tenant, time, ...rest } = records[1]!;
    expect([level, tenant, typeof time]).toEqual([30, 'local', 'number']);
    expect(rest).toMatchObject({ method: 'POST', path: '/threads/:thread/messages', status: 202 });
    expect(records.map(({ msg }) => msg)).toEqual([
      'POST /threads 201',
      'POST /threads/:thread/messages 202',
      'GET /threads/:thread/events 200',
      'GET /threads/:thread 200',
    ]);
    for (const secret of [token, id, 'hello']) expect(logged()).not.toContain(secret);
  });

  it('cuts off who is slow, within its own time, and serves others meanwhile', async () => {
    const { url, ask, end } = await serve('--no-work');
    const idle = await connectTo(url);
    const slow = await connectTo(url);
    const told = trickle(slow, `GET /threads HTTP/1.1\r\nX: ${'x'.repeat(10_000)}`);
    expect(await ask('GET /threads')).toEqual({ items: [] });
    expect(statusIn(await told)).toBe(408);
    expect(statusIn(await idle.ended)).toBe(408);
    expect(await ask('GET /threads')).toEqual({ items: [] });
    expect(await end()).toBe(0);
  });

  it('says how it is used, and what is wrong with a call', async () => {
    expect(await run(['serve', '--help'], '')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage: yourcall serve/),
    });
    const wrong = await run(['serve', '--port', 'http'], '');
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      'yourcall serve: --port takes a number up to 65535, not "http".\n',
    ]);
    const { url, end } = await serve();
    const taken = await run(['serve', '--port', new URL(url).port], '');
    expect([taken.status, taken.stderr]).toEqual([
      1,
      expect.stringMatching(/^yourcall serve: Listening on port \d+: .*EADDRINUSE/),
    ]);
    await end();
  });
});
