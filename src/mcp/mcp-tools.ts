import { setTimeout } from 'node:timers/promises';
import type { AnyTool, MixedTools, ToolSet } from '../chat/tool.ts';
import type { Chat } from '../chat/types.ts';
import { ChatError, messageOf } from '../conversation/error.ts';
import { Connection } from './connection.ts';
import type { Definition } from './definition.ts';
import { liveChat } from './live-chat.ts';
import { mcpTool, settingsOf } from './mcp-tool.ts';
import type { McpServers } from './server-config.ts';
import { toolNameOf } from './tool-name.ts';

/** Which servers, and who is told of what happens to them. */
export interface McpOptions {
  readonly servers: McpServers;
  /** Told what is another one now, in words, after `tools` has changed. */
  readonly onChange?: (changes: readonly string[]) => void;
  /** Told in a sentence of what is wrong: a server that does not start, a tool that cannot be used. Default: `console.warn`. */
  readonly onProblem?: (sentence: string) => void;
}

/**
 * Starts servers of MCP, and makes tools of theirs. Throws `ChatError` when one does not start that is not optional,
 * or when two tools would have one name.
 *
 * @example
 * await using mcp = await mcpTools({ servers: { files: { command: 'mcp-files', args: ['.'] } } });
 * const chat = createChat({ model, tools: mcp.tools });
 */
export async function mcpTools(options: McpOptions): Promise<McpTools> {
  const tools = new McpTools(options);
  try {
    await tools.refresh();
    return tools;
  } catch (error) {
    await tools.close();
    throw error;
  }
}

/** A tool, and whose it is. */
interface Entry {
  readonly server: string;
  /** As its server names it. */
  readonly name: string;
  readonly tool: AnyTool;
}

type Entries = ReadonlyMap<string, Entry>;

/** The tools of servers. Made by `mcpTools`. */
export class McpTools {
  readonly #options: McpOptions;
  readonly #connections: readonly Connection[];
  readonly #report: (sentence: string) => void;
  #entries: Entries = new Map();
  #tools: ToolSet = {};
  #refreshing: Promise<unknown> = Promise.resolve();
  #loaded = false;
  #stale = false;
  #closed = false;

  constructor(options: McpOptions) {
    this.#options = options;
    const report = options.onProblem ?? ((sentence) => console.warn(`yourcall: ${sentence}`));
    this.#report = (sentence) => {
      if (!this.#closed) report(sentence);
    };
    const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
      setTimeout(milliseconds, undefined, { signal });
    const hooks = { changed: () => this.#changed(), report: this.#report, sleep };
    this.#connections = Object.entries(options.servers).map(([name, server]) => new Connection(name, server, hooks));
  }

  /** All tools as they are now: the same object until one of them is another one. */
  get tools(): ToolSet {
    return this.#tools;
  }

  /**
   * A chat that always has the tools of now: `make` is asked for a new one after they have changed, before the next run.
   * A run that goes on keeps those it began with.
   *
   * @example
   * const chat = mcp.chatWith((tools) => createChat({ model, tools: [own, tools] }));
   */
  chatWith<Set extends MixedTools, Context>(make: (tools: ToolSet) => Chat<Set, Context>): Chat<Set, Context> {
    return liveChat(() => this.#tools, make);
  }

  /** Asks all servers anew, and says in words what has changed. Of one that does not answer all is kept as it was. */
  refresh(): Promise<readonly string[]> {
    const next = this.#refreshing.then(() => this.#refresh());
    this.#refreshing = next.catch(() => {});
    return next;
  }

  /** Tells servers whose `roots` are a function that those are others now. One that cannot be told is reported. */
  async rootsChanged(): Promise<void> {
    await Promise.all(
      this.#connections.map((one) => one.rootsChanged().catch((error: unknown) => this.#report(messageOf(error)))),
    );
  }

  /** Ends programs and sessions. What runs is cut off. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A server said so, perhaps several times at once. */
  #changed(): void {
    if (this.#stale || this.#closed) return;
    this.#stale = true;
    this.refresh().catch((error: unknown) => this.#report(messageOf(error)));
  }

  async #refresh(): Promise<readonly string[]> {
    this.#stale = false;
    const lists = await Promise.all(this.#connections.map((connection) => this.#entriesOf(connection)));
    const entries = new Map<string, Entry>();
    for (const [name, entry] of lists.flat()) {
      const other = entries.get(name);
      if (other) throw new ChatError('invalid-request', clash(name, other, entry));
      entries.set(name, entry);
    }
    const changes = changesOf(this.#entries, entries);
    const isFirst = !this.#loaded;
    this.#loaded = true;
    if (changes.length === 0) return changes;
    this.#entries = entries;
    this.#tools = Object.fromEntries([...entries].map(([name, { tool }]) => [name, tool]));
    if (!isFirst) this.#options.onChange?.(changes);
    return changes;
  }

  async #entriesOf(connection: Connection): Promise<readonly (readonly [string, Entry])[]> {
    try {
      const definitions = await connection.definitions();
      this.#missed(connection, definitions);
      return definitions.flatMap((definition) => this.#entryOf(connection, definition));
    } catch (error) {
      if (!connection.server.optional && !this.#loaded) throw error;
      this.#report(messageOf(error));
      // What it had is known, and may come back.
      return [...this.#entries].filter(([, { server }]) => server === connection.name);
    }
  }

  /** What is said of a tool that is not there may be a slip, and a denial of it guards nothing. */
  #missed({ name, server }: Connection, definitions: readonly Definition[]): void {
    const there = new Set(definitions.map((definition) => definition.name));
    for (const said of Object.keys(server.tools ?? {})) {
      if (!there.has(said))
        this.#report(`Something is said of a tool ${JSON.stringify(said)}, which ${name} does not have.`);
    }
  }

  #entryOf(connection: Connection, definition: Definition): readonly (readonly [string, Entry])[] {
    const { name } = definition;
    const server = connection.name;
    if (settingsOf(connection.server, name).enabled === false) return [];
    try {
      const tool = mcpTool({ connection, definition, changed: () => this.#changed() });
      return [[toolNameOf(server, name), { server, name, tool }]];
    } catch (error) {
      this.#report(`Tool ${JSON.stringify(name)} of ${server} is left out: ${messageOf(error)}`);
      return [];
    }
  }
}

function clash(name: string, one: Entry, other: Entry): string {
  const [first, second] = [one, other].map((entry) => `${JSON.stringify(entry.name)} of ${entry.server}`);
  return `Two tools would be named ${name}: ${first} and ${second}. Rename a server, or switch off one of them.`;
}

function changesOf(before: Entries, after: Entries): readonly string[] {
  const changed = [...after].flatMap(([name, { tool }]) => {
    const old = before.get(name);
    if (!old) return [`${name} added`];
    const changes = tool.pin?.changesSince(old.tool.pin?.mark ?? '') ?? '';
    return changes === '' ? [] : [`${name}: ${changes}`];
  });
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `${name} removed`);
  return [...changed, ...gone];
}
