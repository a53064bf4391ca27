// The packed program, as somebody starts it, in a folder of its own and with a model that does what it is told.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '..', 'node_modules', 'yourcall', 'bin', 'yourcall.js');

/** A folder, and what is started in it. */
export class Desk {
  /**
   * Below `test/heavy`, so that `npx -y @modelcontextprotocol/server-filesystem` finds what `npm ci` has put there. As its home
   * says that there is no network, it cannot have found anything else.
   */
  readonly folder = realpathSync(mkdtempSync(join(import.meta.dirname, '..', '..', 'desk-')));
  readonly #children: ChildProcessWithoutNullStreams[] = [];
  readonly #environment = { PATH: process.env['PATH'] ?? '', HOME: this.folder };

  constructor() {
    writeFileSync(join(this.folder, '.npmrc'), 'offline=true\nupdate-notifier=false\n');
  }

  /** What a host of MCP starts. */
  program(...args: readonly string[]) {
    return { command: process.execPath, args: [bin, ...args], cwd: this.folder, env: this.#environment };
  }

  start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    const { command, args: all, cwd, env } = this.program(...args);
    const child = spawn(command, all, { cwd, env });
    this.#children.push(child);
    return child;
  }

  /** Runs it with lines of a pipe. */
  async run(
    input: string,
    ...args: readonly string[]
  ): Promise<{ readonly status: number | null; readonly told: string }> {
    const child = this.start(...args);
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (told += String(data)));
    child.stdin.end(input);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, told };
  }

  /** Serves threads, and asks for something of them. */
  async serve(...args: readonly string[]) {
    const child = this.start('serve', '--port', '0', '--json', ...args);
    let complaints = '';
    child.stderr.on('data', (data) => (complaints += String(data)));
    const [line] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(complaints))),
    ])) as [Buffer];
    const { url, token } = JSON.parse(String(line)) as { url: string; token: string };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask = async (what: string, body?: unknown): Promise<Answer> => {
      const [method = '', path = ''] = what.split(' ');
      const said = body === undefined ? {} : { body: JSON.stringify(body) };
      return (await (await fetch(`${url}${path}`, { method, headers, ...said })).json()) as Answer;
    };
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    return { url, headers, ask, kill };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children)
      if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A call that waits. */
export interface Waiting {
  readonly call: { readonly id: string; readonly name: string; readonly question?: string };
  readonly seen: string;
}

/** What an answer of the server holds, each of them some of it. */
interface Answer {
  readonly id: string;
  readonly thread?: { readonly status: string };
  readonly waiting: readonly Waiting[];
  readonly tools: readonly { readonly name: string }[];
  readonly type: string;
}

/** A model that calls the tool it is told to (`tool {"its":"input"}`), and says what came of it. */
export async function obeying() {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => response.end(framesOf(JSON.parse(body) as Asked)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const flags = ['--model', 'mine/m', '--base-url', `http://127.0.0.1:${port}/v1`] as const;
  return {
    flags,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

function framesOf({ messages }: Asked): string {
  const { role, content } = messages.at(-1)!;
  const [, name = '', input = ''] = /^(\S+) (.*)$/s.exec(content) ?? [];
  const delta =
    role === 'tool'
      ? { content: `Heard: ${content}` }
      : { tool_calls: [{ index: 0, id: 'c1', function: { name, arguments: input } }] };
  const choices = [{ delta }, { delta: {}, finish_reason: role === 'tool' ? 'stop' : 'tool_calls' }];
  const frames = choices.map((choice) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
  return `${frames.join('')}data: [DONE]\n\n`;
}
