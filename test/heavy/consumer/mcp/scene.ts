import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Conversation, createChat } from 'yourcall';
import type { Chat, ToolCall, ToolSet } from 'yourcall';
import type { LocalServer } from 'yourcall/mcp';
import { scripted } from 'yourcall/testing';
import type { ScriptedCall } from 'yourcall/testing';

const packages = join(import.meta.dirname, '..', '..', 'node_modules');

/** One of the reference servers, as a program. */
export function reference(name: 'everything' | 'filesystem' | 'memory', ...args: readonly string[]): LocalServer {
  const script = join(packages, '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');
  return { command: process.execPath, args: [script, ...args] };
}

/** The shop, which speaks as it is done since 2026-07-28. */
export const shop: LocalServer = { command: process.execPath, args: [join(import.meta.dirname, 'shop-server.ts')] };

/** A server on a port of this machine. */
export class PortServer {
  readonly #server: LocalServer;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(server: LocalServer) {
    this.#server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/mcp`;
  }

  async start(more: NodeJS.ProcessEnv = {}): Promise<this> {
    this.#port ||= await freePort();
    const { command, args = [] } = this.#server;
    const env = { ...process.env, PORT: String(this.#port), ...more };
    this.#child = spawn(command, [...args, String(this.#port)], { env, stdio: 'ignore' });
    await until(() =>
      fetch(this.url).then(
        () => true,
        () => false,
      ),
    );
    return this;
  }

  async kill(): Promise<void> {
    if (this.#child?.kill('SIGKILL')) await once(this.#child, 'exit');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A chat whose model makes these calls, one a turn. */
export interface Talk {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  calls(): readonly ToolCall[];
}

export function talk(tools: ToolSet, ...calls: readonly ScriptedCall[]): Talk {
  const model = scripted([...calls.map((call) => ({ calls: [call] })), 'Done.'], { turnBy: 'answers' });
  const chat = createChat({ model, tools, onError: () => {} }) as unknown as Chat<ToolSet>;
  const conversation = new Conversation();
  conversation.say('Go');
  return { chat, conversation, calls: () => callsOf(conversation) };
}

export function callsOf({ messages }: Conversation): readonly ToolCall[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

/** Waits for what is to come true. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come true');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
