// `yourcall serve` as a person starts it, spoken to over HTTP alone.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newFolder, read, removeFolder, run, start } from './program.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(removeFolder);

interface Served {
  readonly child: ChildProcessWithoutNullStreams;
  readonly url: string;
  readonly token: string;
  /** Ends it as whoever runs programs does; gives its exit code. */
  end(): Promise<number>;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON from outside: a test looks into whatever came
  ask(what: string, body?: unknown): Promise<any>;
  /** Reads the thread until it is so. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  until(thread: string, status: string): Promise<any>;
}

async function serve(...args: readonly string[]): Promise<Served> {
  const child = start(['serve', '--port', '0', '--json', ...args]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
  const ask: Served['ask'] = async (what, body) => {
    const [method = '', path = ''] = what.split(' ');
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return (
      await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    ).json();
  };
  const until: Served['until'] = async (thread, status) => {
    const answer = await fetch(`${url}/threads/${thread}/events?after=c0&token=${token}`);
    for await (const piece of answer.body!) {
      if (Buffer.from(piece).toString().includes(`"type":"${status}"`)) break;
    }
    return ask(`GET /threads/${thread}`);
  };
  const end = async (): Promise<number> => {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    return code;
  };
  return { child, url, token, ask, until, end };
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
    const [{ call, seen }] = waiting;
    const decisions = [{ call: call.id, seen, decision: { type: 'approve' } }];
    const answers = await Promise.all([1, 2].map(() => second.ask(`POST /threads/${id}/decisions`, { decisions })));
    expect(answers.map(({ answers: [one] }) => one.type).toSorted()).toEqual(['already', 'applied']);
    expect((await second.until(id, 'done')).thread.status).toBe('done');
    expect(read('notes.txt')).toBe('hello');
    expect(await second.end()).toBe(0);
  });

  it('lets in only who has the token, no proxies, and no page of another name (X4)', async () => {
    const { url, token, end } = await serve();
    const status = async (headers: Record<string, string>): Promise<number | undefined> => {
      const asked = request(`${url}/threads`, { headers }).end();
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
    expect(await status({ authorization, host: 'evil.example' })).toBe(421);
    expect(new URL(url).hostname).toBe('127.0.0.1');
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
