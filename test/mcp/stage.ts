import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChat } from '../../src/chat/chat.ts';
import type { ToolSet } from '../../src/chat/tool.ts';
import type { Chat } from '../../src/chat/types.ts';
import { Conversation } from '../../src/conversation/conversation.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { mcpTools } from '../../src/mcp/index.ts';
import type { LocalServer, McpOptions, McpTools, ServerSettings } from '../../src/mcp/index.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedModel } from '../../src/testing/scripted.ts';
import type { ScriptedTurn } from '../../src/testing/scripted-turn.ts';

const tinyServer = join(import.meta.dirname, 'tiny-server.ts');

/** How long is waited for what other processes do: a busy machine is slow, not wrong. */
export const soon = { timeout: 15_000 };

/** A tool as the tiny server lists it. */
export interface Listed {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: object;
  readonly annotations?: object;
  readonly outputSchema?: object;
}

/** What a stage is opened with: what is said of the server, and of the tools. */
export interface Opening extends ServerSettings, Omit<McpOptions, 'servers'> {
  readonly era?: 'legacy' | 'modern';
  /** A copy of the server, by its name in the folder, that may not be there. */
  readonly program?: string;
}

/** A tiny server and what it lists, in a folder of its own. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'yourcall-mcp-'));
  readonly #file = join(this.#folder, 'tools.json');
  readonly #opened: McpTools[] = [];
  readonly problems: string[] = [];

  constructor(...tools: readonly (string | Listed)[]) {
    this.list(...tools);
  }

  /** What it lists from now on. */
  list(...tools: readonly (string | Listed)[]): void {
    const listed = tools.map((one) => ({
      inputSchema: { type: 'object' },
      ...(typeof one === 'string' ? { name: one } : one),
    }));
    writeFileSync(this.#file, JSON.stringify(listed));
  }

  /** The calls that it has begun, and what was called off. */
  get log(): readonly string[] {
    return linesOf(`${this.#file}.log`);
  }

  /** What else it was told, with what came along: how it was greeted, and that roots are others. */
  get heard(): readonly { readonly method: string; readonly params?: unknown }[] {
    return linesOf(`${this.#file}.heard`).map((line) => JSON.parse(line) as { method: string; params?: unknown });
  }

  /** The server itself. */
  get server(): LocalServer {
    return this.serverOf('legacy');
  }

  serverOf(era: string, program?: string): LocalServer {
    const file = program === undefined ? tinyServer : join(this.#folder, program);
    return { command: process.execPath, args: [file, this.#file, era] };
  }

  /** Every process of it so far. */
  get processes(): readonly number[] {
    return linesOf(`${this.#file}.pids`).map(Number);
  }

  /** Ends those that are still there, as the machine might. */
  kill(): void {
    for (const id of this.processes.filter(isAlive)) process.kill(id, 'SIGKILL');
  }

  install(program: string): void {
    copyFileSync(tinyServer, join(this.#folder, program));
  }

  uninstall(program: string): void {
    rmSync(join(this.#folder, program));
  }

  async open({ era = 'legacy', program, onChange, ...settings }: Opening = {}): Promise<McpTools> {
    const mcp = await mcpTools({
      servers: { tiny: { ...this.serverOf(era, program), ...settings } },
      onProblem: (sentence) => this.problems.push(sentence),
      ...(onChange && { onChange }),
    });
    this.#opened.push(mcp);
    return mcp;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#opened.map((mcp) => mcp.close()));
    rmSync(this.#folder, { recursive: true });
  }
}

/** Whether there is such a process. */
export function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** A chat with one word said, whose model calls tools. */
export interface Talk {
  readonly chat: Chat<ToolSet>;
  readonly conversation: Conversation;
  readonly model: ScriptedModel;
  /** All calls so far. */
  calls(): readonly ToolCall[];
}

/** A chat whose model calls these tools, one a turn, and is done then. */
export function talk(tools: ToolSet, ...names: readonly string[]): Talk {
  const turns: ScriptedTurn[] = names.map((name) => ({ calls: [{ name, input: {} }] }));
  return talkOf(tools, [...turns, 'Done.']);
}

/** A chat whose model plays these turns. */
export function talkOf(tools: ToolSet, turns: readonly ScriptedTurn[]): Talk {
  const model = scripted([...turns], { turnBy: 'answers' });
  const chat = createChat({ model, tools, onError: () => {} }) as unknown as Chat<ToolSet>;
  const conversation = new Conversation();
  conversation.say('Go');
  return { chat, conversation, model, calls: () => callsOf(conversation) };
}

/** The calls of a conversation, in their order. */
export function callsOf({ messages }: Conversation): readonly ToolCall[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}
