// The package as it is installed without its optional peers: what needs one says so, and everything else works.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newFolder, ownNode, removeFolder, root } from '../program.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
  for (const name of ['dist', 'bin', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true });
});
afterEach(removeFolder);

const node = (...args: readonly string[]) => promisify(execFile)(ownNode, args, { cwd: folder });

test('without its package yourcall mcp is one sentence', async () => {
  await expect(node('bin/yourcall.js', 'mcp', '--model', 'demo/rules-1')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'yourcall mcp: It needs a package that is not installed: npm install @modelcontextprotocol/server.\n',
  });
});

test('without its package a server answers everybody but hosts of MCP', async () => {
  const script = `
    import { createHandler, mcp } from './dist/server/index.js';
    import { createRuntime, memoryStore } from './dist/runtime/index.js';
    import { createChat } from './dist/index.js';
    const runtime = createRuntime({ chat: createChat({ model: { provider: 'none', id: 'none', async *stream() {} } }), store: memoryStore(), work: false });
    const authorize = () => ({ principal: 'ann', tenant: 'acme', scopes: ['read'] });
    const { fetch } = createHandler({ runtime, authorize, dialects: [mcp()] });
    const headers = { 'content-type': 'application/json' };
    const posted = await fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body: '{}' }));
    console.log(posted.status, (await posted.json()).detail, (await fetch(new Request('http://localhost/threads'))).status);
    await runtime.close();`;
  const { stdout } = await node('--input-type=module', '--eval', script);
  expect(stdout).toBe('503 MCP is not served here: the package @modelcontextprotocol/server is missing. 200\n');
});
