import { mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ToolError } from '../../chat/tool.ts';
import type { Verdict } from '../../chat/policy.ts';
import type { ToolSet } from '../../chat/tool.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { workspaceTools } from './workspace.ts';

let home = '';
let root = '';
let tools: ToolSet = {};
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'yourcall-escape-')));
  root = join(home, 'root');
  await put('../outside/data.txt', 'OUTSIDE');
  await put('../root-two/data.txt', 'OUTSIDE');
  await put('inside/a.txt', 'inside');
  tools = workspaceTools({ root });
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** Every tool that takes a path, with the rest of its arguments. */
const inputs: Readonly<Record<string, object>> = {
  list_files: {},
  read_file: {},
  search_files: { query: 'OUTSIDE' },
  write_file: { content: 'changed' },
  edit_file: { old: 'OUTSIDE', new: 'changed' },
  delete_file: {},
};
const names = Object.keys(inputs);

async function verdict(name: string, path: string): Promise<Verdict> {
  const { policy } = tools[name]!;
  const input = { path, ...inputs[name] };
  if (typeof policy !== 'function') throw new Error('no policy');
  return policy(input, { call: {} as ToolCall, context: undefined, due: false, signal: new AbortController().signal });
}

async function run(name: string, path: string, facts: Partial<ToolCall> = {}): Promise<unknown> {
  const input = { path, ...inputs[name] };
  const call = { id: 'c', name, input, arguments: '', revision: 1, state: 'running', ...facts } as ToolCall;
  const signal = new AbortController().signal;
  return tools[name]!.run!(input, { call, signal, context: undefined, key: '', progress: () => {}, emit: () => {} });
}

async function nothingHappenedOutside(): Promise<void> {
  expect(await readdir(home)).toEqual(['outside', 'root', 'root-two']);
  expect(await readdir(join(home, 'outside'))).toEqual(['data.txt']);
  expect(await readFile(join(home, 'outside/data.txt'), 'utf8')).toBe('OUTSIDE');
}

describe.each(names)('%s', (name) => {
  test.each([
    '../outside/data.txt',
    '..',
    'inside/../../outside',
    './/..//outside/new.txt',
    '/etc/passwd',
    '/',
    '../root-two/data.txt',
    '/proc/self/environ',
    '/proc/self/root/etc/passwd',
    '//etc/passwd',
    'a\0/../../outside/data.txt',
  ])('denies %j, in the policy and in the run', async (path) => {
    const found = await verdict(name, path);
    expect(found).toHaveProperty('deny');
    expect(JSON.stringify(found)).toContain(JSON.stringify(JSON.stringify(path)).slice(2, -2));
    await expect(run(name, path)).rejects.toThrow(ToolError);
    await nothingHappenedOutside();
  });

  test.each([
    ['a link to a file', '../outside/data.txt', 'link'],
    ['an absolute link', '/etc/passwd', 'link'],
    ['a folder that is a link', '../outside', 'link/data.txt'],
    ['a new file behind a link', '../outside', 'link/new.txt'],
    ['new folders behind a link', '../outside', 'link/new/new.txt'],
    ['the link to a folder itself', '../outside', 'link'],
    ['a link that leads nowhere, outside', '../outside/new.txt', 'link'],
    ['a link that leads nowhere, inside', 'new.txt', 'link'],
    ['a folder that is a link to nowhere', '../nowhere', 'link/a/b.txt'],
    ['a link to itself', 'link', 'link'],
    ['a link over the root of a process', '/proc/self/root', 'link/etc/passwd'],
    ['a link back to where the process works', '/proc/self/cwd', 'link'],
  ])('denies %s', async (_, target, path) => {
    await symlink(target, join(root, 'link'));
    expect(await verdict(name, path)).toHaveProperty('deny');
    await expect(run(name, path)).rejects.toThrow(ToolError);
    await nothingHappenedOutside();
  });

  test('denies a chain of links', async () => {
    await symlink('two', join(root, 'one'));
    await symlink('inside/three', join(root, 'two'));
    await symlink('../../outside', join(root, 'inside/three'));
    expect(await verdict(name, 'one/data.txt')).toHaveProperty('deny');
    await expect(run(name, 'one/data.txt')).rejects.toThrow('leads out of the folder');
    await nothingHappenedOutside();
  });

  test('a folder that is swapped for a link after the question is noticed', async () => {
    await put('inside/data.txt', 'OUTSIDE');
    await verdict(name, 'inside/data.txt');
    await rename(join(root, 'inside'), join(root, 'moved'));
    await symlink('../outside', join(root, 'inside'));
    await expect(run(name, 'inside/data.txt')).rejects.toThrow('leads out of the folder');
    await nothingHappenedOutside();
  });

  test('the workspace itself swapped for a link is noticed', async () => {
    await rename(root, join(home, 'kept'));
    await symlink('outside', root);
    await expect(run(name, 'data.txt')).rejects.toThrow('was moved or replaced');
    expect(await readFile(join(home, 'outside/data.txt'), 'utf8')).toBe('OUTSIDE');
  });

  test.each([
    ['.env', 'secret'],
    ['.env.local', 'secret'],
    ['sub/.npmrc', 'secret'],
    ['id_rsa', 'secret'],
    ['ID_ED25519.pub', 'secret'],
    ['certs/server.key', 'secret'],
    ['server.pem.bak', 'secret'],
    ['credentials.json', 'secret'],
    ['a.p12', 'secret'],
    ['.ssh/config', 'secret'],
    ['.github/ci.yml', 'hidden'],
    ['.git/hooks/pre-commit', 'hidden'],
    ['out/a.txt', 'ignored'],
    ['node_modules/x.js', 'ignored'],
    ['through/a.txt', 'ignored'],
    ['harmless.txt', 'secret'],
  ])('asks about %s', async (path, why) => {
    await put('.gitignore', 'out/\n');
    await put('out/a.txt', 'OUTSIDE');
    await symlink('out', join(root, 'through'));
    await symlink('.env', join(root, 'harmless.txt'));
    await put('.env', 'OUTSIDE');
    if (!['through/a.txt', 'harmless.txt'].includes(path)) await put(path, 'OUTSIDE');
    const found = await verdict(name, path);
    // A link is never deleted, whatever it leads to.
    if (name === 'delete_file' && path === 'harmless.txt') return expect(found).toHaveProperty('deny');
    const reason = { secret: /may hold a secret/, hidden: /is hidden/, ignored: /is ignored by git/ }[why];
    expect(found).toMatchObject({
      ask: { risk: name === 'delete_file' ? 'delete' : 'secret', reason: expect.stringMatching(reason!) },
    });
    // What is likely a secret is not repeated in what is stored with the call.
    if (why === 'secret') expect(JSON.stringify(found)).not.toContain('OUTSIDE');
    await expect(run(name, path)).rejects.toThrow('nobody was asked');
    const { ask } = found as { ask: object };
    await expect(run(name, path, { requirements: [ask] })).resolves.toBeTypeOf('string');
    return undefined;
  });
});

test('a harmless file that became a link to a secret is not read without a question', async () => {
  await put('notes.txt', 'notes');
  await put('.env', 'KEY=1');
  expect(await verdict('read_file', 'notes.txt')).toBe('allow');
  await rm(join(root, 'notes.txt'));
  await symlink('.env', join(root, 'notes.txt'));
  await expect(run('read_file', 'notes.txt')).rejects.toThrow('"notes.txt" may hold a secret (".env"), and nobody');
});

test('links that stay inside are followed, and writing goes through them', async () => {
  await symlink('inside', join(root, 'link'));
  await symlink('inside/a.txt', join(root, 'file'));
  expect(await verdict('read_file', 'link/a.txt')).toBe('allow');
  expect(await run('read_file', 'link/a.txt')).toBe('inside');
  await run('write_file', 'file');
  expect(await readFile(join(root, 'inside/a.txt'), 'utf8')).toBe('changed');
});

test('names that only look like a way out are names', async () => {
  for (const path of ['..a', '...', '~', '%2e%2e%2fx', 'a/..b/c', 'file:'])
    expect(await verdict('write_file', path)).toHaveProperty('ask');
});

test('a link that is swapped all the time, in another thread, never leads out', async () => {
  await put('real/data.txt', 'inside');
  const flipping = new Worker(
    `const { symlinkSync, renameSync } = require('node:fs');
     const root = require('node:worker_threads').workerData;
     for (let turn = 0; ; turn += 1) {
       symlinkSync(turn % 2 ? '../outside' : 'real', root + '/next');
       renameSync(root + '/next', root + '/flip');
     }`,
    { eval: true, workerData: root },
  );
  const results = new Set<unknown>();
  await symlink('real', join(root, 'flip')).catch(() => {});
  for (let index = 0; index < 400; index += 1) {
    results.add(await run('read_file', 'flip/data.txt').catch((error: unknown) => error instanceof ToolError));
    const found = String(await run('search_files', 'flip').catch(() => ''));
    results.add(/:1: OUTSIDE/.test(found) ? 'leaked' : false);
    await run('write_file', 'flip/new.txt').catch(() => {});
    await run('delete_file', 'flip/data.txt').catch(() => {});
    await put('real/data.txt', 'inside');
  }
  await flipping.terminate();
  expect(results).toContain('inside');
  expect([...results].filter((one) => one !== 'inside' && one !== true && one !== false)).toEqual([]);
  await nothingHappenedOutside();
}, 30_000);

test('invisible characters in a path are told as escapes', async () => {
  expect(await verdict('read_file', '../\u202Ea\u001B[31m')).toEqual({
    deny: String.raw`"../\u{202e}a\u001b[31m" leads out of the folder. Only paths inside it are open to this tool.`,
  });
});
