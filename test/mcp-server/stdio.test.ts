// `yourcall mcp` as a host of MCP starts it, spoken to over standard input and output alone.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newFolder, ownNode, read, removeFolder, root, run } from '../program.ts';
import { hostOver, yes } from './host.ts';
import type { Host, HostOptions } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(removeFolder);

const words = 'create notes.txt saying hello';

function host(options: HostOptions, ...args: readonly string[]): Promise<Host> {
  const transport = new StdioClientTransport({
    command: ownNode,
    args: [join(root, 'bin', 'yourcall.js'), 'mcp', '--model', 'demo/rules-1', ...args],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    stderr: 'pipe',
  });
  return hostOver(transport, options);
}

describe('yourcall mcp', () => {
  test.each(['auto', 'legacy'] as const)('writes when its person has confirmed that it may (%s)', async (era) => {
    const { call, asked } = await host({ answer: yes, era });
    const { thread } = (await call('say', { text: words })).data;
    const [waiting] = (await call('inbox')).data.items;
    expect(existsSync(join(folder, 'notes.txt'))).toBe(false);
    const decided = await call('decide', { thread, call: waiting.call, seen: waiting.seen, decision: 'approve' });
    expect(decided.data).toMatchObject({ outcome: 'applied' });
    expect(asked).toEqual([expect.stringContaining('notes.txt')]);
    expect((await call('read_thread', { thread })).data.status).toBe('done');
    expect(read('notes.txt')).toContain('hello');
  });

  test.each(['auto', 'legacy'] as const)('writes nothing for a host that cannot ask (%s)', async (era) => {
    const { call } = await host({ era });
    const { thread, waiting } = (await call('say', { text: words })).data;
    const [{ call: id, seen }] = waiting;
    const { data } = await call('decide', { thread, call: id, seen, decision: 'approve' });
    expect(data.code).toBe('unconfirmed');
    expect(existsSync(join(folder, 'notes.txt'))).toBe(false);
  });

  test('goes on with its threads in another process, and decides unasked where it was started so', async () => {
    const first = await host({}, '--db', 'app.db');
    const { thread, waiting } = (await first.call('say', { text: words })).data;
    await first.client.close();
    const { call } = await host({}, '--db', 'app.db', '--unconfirmed');
    const [{ call: id, seen }] = waiting;
    expect((await call('decide', { thread, call: id, seen, decision: 'approve' })).data.outcome).toBe('applied');
    await call('read_thread', { thread, wait: 20 });
    expect(read('notes.txt')).toContain('hello');
  });

  test('ends when its host goes away, having said nothing but the protocol', async () => {
    expect(await run(['mcp', '--model', 'demo/rules-1'], '')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await run(['mcp', '--unknown'], '')).toMatchObject({ status: 1, stdout: '' });
  });
});
