// The packed program: as a server for hosts of MCP, and with servers of MCP.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Desk, obeying } from './program-scene.ts';
import type { Waiting } from './program-scene.ts';
import { PortServer, shop, until } from './scene.ts';

const demo = ['--model', 'demo/rules-1'] as const;
const npx = 'npx -y @modelcontextprotocol/server-filesystem .';

/** A host of MCP whose person ticks what they are asked, and reads it. */
async function hostOver(transport: Transport) {
  const capabilities = { elicitation: { form: {} } };
  const client = new Client({ name: 'host', version: '1' }, { capabilities, versionNegotiation: { mode: 'auto' } });
  const asked: string[] = [];
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { confirm: true } };
  });
  await client.connect(transport);
  const call = async (name: string, input: Record<string, unknown> = {}): Promise<Said> => {
    const { structuredContent } = await client.callTool({ name, arguments: input });
    return structuredContent as unknown as Said;
  };
  return { client, asked, call };
}

interface Said {
  readonly thread: string;
  readonly status: string;
  readonly outcome: string;
  readonly items: readonly { readonly call: string; readonly seen: string }[];
}

/** Has something written by way of a host: nothing is there before its person has agreed to exactly that. */
async function writeBy(transport: Transport, folder: string): Promise<void> {
  const { client, asked, call } = await hostOver(transport);
  const file = join(folder, 'notes.txt');
  const { thread } = await call('say', { text: 'create notes.txt saying hello' });
  const [waiting] = (await call('inbox')).items;
  assert.equal(existsSync(file), false);
  const { outcome } = await call('decide', {
    thread,
    call: waiting?.call,
    seen: waiting?.seen,
    decision: 'approve',
  });
  assert.equal(outcome, 'applied');
  assert.match(asked.join(), /notes\.txt/);
  assert.equal((await call('read_thread', { thread, wait: 20 })).status, 'done');
  assert.match(readFileSync(file, 'utf8'), /hello/);
  await client.close();
}

describe('a host of MCP approves what the packed program wants', () => {
  test('over standard input and output', async () => {
    await using desk = new Desk();
    await writeBy(new StdioClientTransport({ ...desk.program('mcp', ...demo), stderr: 'pipe' }), desk.folder);
  });

  test('over HTTP, with the token of `yourcall serve`', async () => {
    await using desk = new Desk();
    const { url, headers } = await desk.serve(...demo);
    const address = new URL(`${url}/mcp`);
    await assert.rejects(hostOver(new StreamableHTTPClientTransport(address)), /401|authoriz/i);
    await writeBy(new StreamableHTTPClientTransport(address, { requestInit: { headers } }), desk.folder);
  });
});

describe('the packed program with a server of MCP from npm', () => {
  for (const [way, flags] of [
    ["--mcp 'npx -y …'", ['--mcp', npx]],
    ['--mcp-config FILE', ['--mcp-config', 'mcp.json']],
  ] as const) {
    test(`${way}: in the terminal it asks, writes when it may, and reads`, async () => {
      await using desk = new Desk();
      await using model = await obeying();
      const [command, ...args] = npx.split(' ');
      writeFileSync(join(desk.folder, 'mcp.json'), JSON.stringify({ mcpServers: { filesystem: { command, args } } }));
      const write = 'filesystem__write_file {"path":"a.txt","content":"hello"}';
      const read = 'filesystem__read_text_file {"path":"a.txt"}';
      const refused = await desk.run(`${write}\nn\n`, ...model.flags, ...flags);
      assert.match(refused.told, /its server says that it may destroy or overwrite/);
      assert.equal(existsSync(join(desk.folder, 'a.txt')), false);
      const { told, status } = await desk.run(`${write}\ny\n${read}\ny\n`, ...model.flags, ...flags);
      assert.equal(readFileSync(join(desk.folder, 'a.txt'), 'utf8'), 'hello');
      assert.match(told, /Heard: hello/);
      assert.equal(status, 0);
    });
  }

  test('as a server of threads it lists the tools, asks, and writes when somebody has approved over HTTP', async () => {
    await using desk = new Desk();
    await using model = await obeying();
    const { ask } = await desk.serve(...model.flags, '--mcp', npx);
    const { id } = await ask('POST /threads', {});
    const { tools } = await ask(`GET /threads/${id}/tools`);
    const names = tools.map(({ name }) => name).filter((name) => name.startsWith('filesystem__'));
    assert.equal(names.length, 14);
    await ask(`POST /threads/${id}/messages`, {
      content: 'filesystem__write_file {"path":"a.txt","content":"hello"}',
    });
    await until(async () => (await ask(`GET /threads/${id}`)).thread?.status === 'paused');
    const { waiting } = await ask(`GET /threads/${id}`);
    assert.deepEqual(
      waiting.map(({ call }) => call.name),
      ['filesystem__write_file'],
    );
    assert.equal(existsSync(join(desk.folder, 'a.txt')), false);
    const [{ call, seen }] = waiting as [Waiting];
    await ask(`POST /threads/${id}/decisions`, { decisions: [{ call: call.id, seen, decision: { type: 'approve' } }] });
    await until(async () => (await ask(`GET /threads/${id}`)).thread?.status === 'done');
    assert.equal(readFileSync(join(desk.folder, 'a.txt'), 'utf8'), 'hello');
  });

  for (const way of ['standard input and output', 'HTTP'] as const) {
    test(`what a server asks over ${way} outlives the process that was told: killed, and another one goes on`, async () => {
      await using desk = new Desk();
      await using model = await obeying();
      await using server = new PortServer(shop);
      const one = way === 'HTTP' ? { url: (await server.start()).url } : { ...shop };
      writeFileSync(
        join(desk.folder, 'mcp.json'),
        JSON.stringify({ mcpServers: { shop: { ...one, policy: 'allow' } } }),
      );
      const flags = [...model.flags, '--db', 'app.db', '--mcp-config', 'mcp.json'];
      const first = await desk.serve(...flags);
      const { id } = await first.ask('POST /threads', {});
      await first.ask(`POST /threads/${id}/messages`, { content: 'shop__order {"name":"Ann"}' });
      await until(async () => (await first.ask(`GET /threads/${id}`)).thread?.status === 'paused');
      await first.kill();

      const second = await desk.serve(...flags);
      const [{ call, seen }] = (await second.ask(`GET /threads/${id}`)).waiting as [Waiting];
      assert.equal(call.question, 'The server shop asks: Which size for Ann?');
      const decisions = [{ call: call.id, seen, decision: { type: 'answer', output: { size: 'L' } } }];
      await second.ask(`POST /threads/${id}/decisions`, { decisions });
      await until(async () => (await second.ask(`GET /threads/${id}`)).thread?.status === 'done');
      assert.match(JSON.stringify(await second.ask(`GET /threads/${id}`)), /Heard: Ordered L for Ann/);
    });
  }
});
