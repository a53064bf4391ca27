// The first five minutes, as a newcomer plays them: each file in a process of its own, in a folder that is empty at first.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-quick-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(example: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, example)], { cwd: folder });
  return stdout;
}

test('a talk in memory stops for a person, and goes on', async () => {
  expect(await run('talk.ts')).toBe(
    [
      'refund proposed',
      'refund awaiting-approval',
      "May refund run with { orderId: 'A-17', amount: 120 } ? over 50",
      'Refunded 120 for order A-17.',
      '',
    ].join('\n'),
  );
});

test('a thread in a file waits between two processes', async () => {
  expect(await run('keep.ts')).toBe('It waits for somebody. Start this again.\n');
  expect(await run('keep.ts')).toBe('Refunded 120 for order A-17.\n');
});

test('a server shows the threads of that file, and the console, to whoever has the token', async () => {
  const program = join(import.meta.dirname, 'serve.ts');
  const env = { ...process.env, TOKEN: 'say-friend', PORT: '0' };
  const server = spawn(process.execPath, [program], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [line] = await once(server.stdout, 'data');
  const [, url, token] = /^(http:.*)\/console#token=(.*)\n$/.exec(String(line)) ?? [];
  expect(token).toBe('say-friend');

  const headers = { authorization: `Bearer ${token}` };
  const { items } = await (await fetch(`${url}/threads`, { headers })).json();
  expect(items).toMatchObject([{ owner: 'ada', status: 'done' }]);
  expect((await fetch(`${url}/threads`)).status).toBe(401);
  expect(await (await fetch(`${url}/console`)).text()).toContain('console.js');

  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
