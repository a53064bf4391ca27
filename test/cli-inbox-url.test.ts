// The inbox of a running server in a terminal: the same list and the same keys, by the API alone.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newFolder, ownNode, pty, read, removeFolder, run, script, seen, start } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(removeFolder);

interface Served {
  readonly url: string;
  readonly token: string;
  /** Says so in a thread of its own, where it comes to such an end. Default: it waits for a yes. */
  said(words: string, end?: 'paused' | 'done'): Promise<string>;
  status(thread: string): Promise<string>;
  ask(method: string, path: string): Promise<object>;
}

async function serve(): Promise<Served> {
  const child = start(['serve', '--port', '0', '--json', '--model', 'demo/rules-1'], ownNode);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return (await answer.json()) as { readonly id: string; readonly thread: { readonly status: string } };
  };
  const status = async (thread: string) => (await ask('GET', `/threads/${thread}`)).thread.status;
  return {
    url,
    token,
    status,
    ask,
    async said(words, end = 'paused') {
      const { id } = await ask('POST', '/threads', { title: words });
      await ask('POST', `/threads/${id}/messages`, { content: words });
      await expect.poll(() => status(id), { timeout: 20_000 }).toBe(end);
      return id;
    },
  };
}

interface Row {
  readonly call: string;
  readonly seen: string;
  readonly thread: string;
  readonly input: { readonly path: string };
}

async function waiting({ url, token }: Served): Promise<readonly Row[]> {
  const { stdout, stderr } = await run(['inbox', '--url', url, '--token', token], '');
  expect(stderr).toBe('');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Row);
}

describe('yourcall inbox --url', () => {
  it('lists what waits on a server, and decides by name for what was shown (D1)', async () => {
    const server = await serve();
    const thread = await server.said('create a.txt saying one');
    const [row, ...others] = await waiting(server);
    expect([row?.thread, row?.input.path, others]).toEqual([thread, 'a.txt', []]);
    const to = ['--url', server.url, '--token', server.token];
    const stale = await run(['inbox', 'approve', row!.call, '--seen', 'f'.repeat(64), ...to], '');
    expect([stale.status, JSON.parse(stale.stdout).type]).toEqual([3, 'stale']);
    const edited = JSON.stringify({ path: 'a.txt', content: 'two' });
    const approved = await run(['inbox', 'approve', row!.call, '--seen', row!.seen, '--input', edited, ...to], '');
    expect([approved.status, JSON.parse(approved.stdout).type]).toEqual([0, 'applied']);
    await expect.poll(() => server.status(thread), { timeout: 20_000 }).toBe('done');
    expect(read('a.txt')).toBe('two');
    const again = await run(['inbox', 'reject', row!.call, '--thread', thread, ...to], '');
    expect([again.status, JSON.parse(again.stdout).type]).toEqual([3, 'already']);
  });

  it('takes its token from the environment, and says in a sentence why it is not let in', async () => {
    const { url, token } = await serve();
    expect(await run(['inbox', '--url', url], '', ownNode, { YOURCALL_TOKEN: token })).toMatchObject({ status: 0 });
    for (const [args, why] of [
      [['--url', url, '--token', 'wrong'], /token is missing or wrong/],
      [['--url', 'http://127.0.0.1:9'], /yourcall inbox: .+\n$/],
      [['--url', 'ftp://x'], /begins with http/],
      [['--url', url, '--db', 'app.db'], /--url and --db/],
      [['--url', url, '--as', 'ann'], /--url and --as/],
    ] as const) {
      const { status, stderr } = await run(['inbox', ...args], '');
      expect([status, stderr]).toEqual([1, expect.stringMatching(why)]);
      expect(stderr).not.toContain('at async');
    }
  });
});

describe.runIf(script)('yourcall inbox --url in a terminal', () => {
  it('fills the screen, hears of what comes, and is worked through by keys', async () => {
    const server = await serve();
    await server.said('create a.txt saying one');
    const inbox = pty(['inbox', '--url', server.url, '--token', server.token]);
    const over = once(inbox, 'exit');
    await seen(inbox, `at ${new URL(server.url).host}`);
    await seen(inbox, 'a.txt');
    const second = await server.said('create b.txt saying two');
    await seen(inbox, '2 calls waiting');
    const [, { call }] = (await waiting(server)) as [Row, Row];
    await run(['inbox', 'reject', call, '--url', server.url, '--token', server.token], '');
    await seen(inbox, 'rejected write_file');
    await expect.poll(() => server.status(second), { timeout: 20_000 }).toBe('done');
    inbox.stdin.write('y');
    await seen(inbox, 'say it again');
    await new Promise((resolve) => setTimeout(resolve, 400));
    inbox.stdin.write('y');
    await seen(inbox, 'write_file: approved.');
    await expect.poll(() => existsSync(join(folder, 'a.txt')), { timeout: 20_000 }).toBe(true);
    inbox.stdin.write('q');
    await seen(inbox, '1 call decided.');
    expect(await over).toEqual([0, null]);
  });

  it('grants what the server offers', async () => {
    const server = await serve();
    await server.said('create a.txt saying one');
    const inbox = pty(['inbox', '--lines', '--url', server.url], { YOURCALL_TOKEN: server.token });
    const over = once(inbox, 'exit');
    await seen(inbox, '[g]rant');
    inbox.stdin.write('g\r');
    await seen(inbox, 'Which of these?');
    inbox.stdin.write('1\r');
    await seen(inbox, 'For how long?');
    inbox.stdin.write('hour\r');
    await seen(inbox, 'Granted until ');
    expect(await over).toEqual([0, null]);
    const grants = await server.ask('GET', '/grants');
    expect(grants).toMatchObject({ items: [{ scope: 'hour', rule: { tool: 'write_file' } }] });
    await server.said('create a.txt saying one', 'done');
  });

  it('asks in lines with --lines', async () => {
    const server = await serve();
    const thread = await server.said('create a.txt saying one');
    const inbox = pty(['inbox', '--lines', '--url', server.url], { YOURCALL_TOKEN: server.token });
    const over = once(inbox, 'exit');
    await seen(inbox, '[y]es');
    inbox.stdin.write('n\r');
    await seen(inbox, 'Why not?');
    inbox.stdin.write('not today\r');
    await seen(inbox, 'write_file: rejected');
    await expect.poll(() => server.status(thread), { timeout: 20_000 }).not.toBe('paused');
    await seen(inbox, 'What follows is done where the threads of the server are advanced.');
    expect(await over).toEqual([0, null]);
    expect(existsSync(join(folder, 'a.txt'))).toBe(false);
  });
});
