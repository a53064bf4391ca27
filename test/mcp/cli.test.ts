// The program with servers of MCP: named on the command line, or in a file.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newFolder, ownNode, read, removeFolder, run } from '../program.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let server: Server;
let model: readonly string[];

/** A model that calls the tool it is told to, and says what came of it. */
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => response.end(answerTo(JSON.parse(body) as Asked)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  model = ['--model', 'mine/m', '--base-url', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`];
});

afterAll(() => server.close());

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

function answerTo({ messages, tools }: Asked): string {
  const { role, content } = messages.at(-1)!;
  const names = tools.map((one) => one.function.name).filter((name) => name.includes('__'));
  const called = { index: 0, id: 'c1', function: { name: content, arguments: '{"n":1}' } };
  const delta =
    role === 'tool' || content === 'tools'
      ? { content: `Heard: ${content} of ${names.join()}` }
      : { tool_calls: [called] };
  const chunks = [{ delta }, { delta: {}, finish_reason: 'tool_calls' in delta ? 'tool_calls' : 'stop' }];
  return `${chunks.map((choice) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`).join('')}data: [DONE]\n\n`;
}

beforeEach(() => {
  folder = newFolder();
  const tools = ['echo', 'fail'].map((name) => ({
    name,
    inputSchema: { type: 'object' },
    annotations: { readOnlyHint: true },
  }));
  writeFileSync(join(folder, 'tools.json'), JSON.stringify(tools));
});

afterEach(removeFolder);

const tiny = join(import.meta.dirname, 'tiny-server.ts');

describe('yourcall with servers of MCP', () => {
  it('asks before a tool of a server runs, and shows what it gave', async () => {
    const mcp = ['--mcp', `'${ownNode}' ${tiny} tools.json`];
    const { status, stdout } = await run([...model, ...mcp], 'tiny__echo\ny\n');
    expect(stdout).toContain('its server says that it only reads, and is not trusted');
    expect(stdout).toContain('Heard: echo {"n":1} of tiny__echo,tiny__fail');
    expect([status, read('tools.json.log')]).toEqual([0, 'echo {"n":1}\n']);
  });

  it('reads the servers of a file, what is said of them included, and says how to come back with them', async () => {
    const file = join(folder, 'servers.json');
    const one = {
      command: ownNode,
      args: [tiny, '${HOME}/tools.json'],
      trusted: true,
      tools: { fail: { policy: 'ask' } },
    };
    writeFileSync(file, JSON.stringify({ mcpServers: { a: one } }));
    const args = [...model, '--mcp-config', 'servers.json', '--file', 'talk.json'];
    const trusted = await run(args, 'a__echo\na__fail\n');
    expect(trusted.stdout).toContain('Heard: echo {"n":1} of a__echo,a__fail');
    expect(trusted.stdout).toMatch(/Come back with: yourcall .*--mcp-config servers\.json --file talk\.json/);
    expect([trusted.status, read('tools.json.log')]).toEqual([3, 'echo {"n":1}\n']);
    const again = await run(args, 'n\n');
    expect([again.status, read('tools.json.log')]).toEqual([0, 'echo {"n":1}\n']);
  });

  it('does as the file says of a whole server, and of one of its tools', async () => {
    const one = {
      command: ownNode,
      args: [tiny, '${HOME}/tools.json'],
      policy: 'allow',
      tools: { fail: { policy: { ask: { reason: 'it fails' } } } },
    };
    writeFileSync(join(folder, 'servers.json'), JSON.stringify({ mcpServers: { a: one } }));
    const { stdout } = await run([...model, '--mcp-config', 'servers.json'], 'a__echo\na__fail\nn\n');
    expect(stdout).toContain('Heard: echo {"n":1} of a__echo,a__fail');
    expect(stdout).toContain('it fails');
    expect(read('tools.json.log')).toBe('echo {"n":1}\n');
  });

  it('shows what a server asks, and takes the next line for the answer, also after it has ended in between', async () => {
    writeFileSync(join(folder, 'tools.json'), JSON.stringify([{ name: 'ask', inputSchema: { type: 'object' } }]));
    const mcp = ['--mcp', `'${ownNode}' ${tiny} tools.json modern`, '--file', 'talk.json'];
    const first = await run([...model, ...mcp], 'tiny__ask\ny\n');
    expect(first.stdout).toContain('The server tiny asks: Which size?');
    expect(first.status).toBe(3);
    const second = await run([...model, ...mcp], 'XXL\nL\n');
    expect(second.stdout).toContain('That does not fit (size: ');
    expect(second.stdout).toContain('"content":{"size":"L"}');
    expect(second.status).toBe(0);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a program that is not there',
      ['--mcp', 'nowhere-at-all'],
      /^yourcall: The MCP server "nowhere-at-all" could not be started: .*ENOENT/,
    ],
    [
      'a program that only complains',
      ['--mcp', `'${ownNode}' -e 'console.error("no key"); process.exit(1)'`],
      /could not be started.*Its last words: no key/s,
    ],
    ['a file that is not there', ['--mcp-config', 'none.json'], /^yourcall: --mcp-config: .*none\.json/],
    [
      'a file with a mistake',
      ['--mcp-config', 'tools.json'],
      /^yourcall: The configuration of MCP servers cannot be used: it is not an object/,
    ],
    ['a quote that is not closed', ['--mcp', `a 'b`], /a quote is not closed/],
  ])('%s is one sentence', async (_, args, sentence) => {
    const { status, stdout, stderr } = await run([...model, ...args], 'tools\n');
    expect(stderr).toMatch(sentence);
    expect([status, stdout]).toEqual([1, '']);
  });
});
