import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Client, InputRequest, InputResponse, McpSubscription } from '@modelcontextprotocol/client';
import { ChatError, messageOf } from '../conversation/error.ts';
import { connectedTo } from './client.ts';
import { definitionOf } from './definition.ts';
import type { Definition } from './definition.ts';
import { chatErrorOf, httpFailureOf } from './http-failure.ts';
import { liveResponse } from './live-question.ts';
import type { Answering } from './live-question.ts';
import type { McpServer } from './server-config.ts';

/** What a connection tells, and how it waits. */
export interface ConnectionHooks {
  /** The server says that its tools have changed, or was started again. */
  changed(): void;
  /** Told in a sentence of what is wrong, where nobody else is. */
  report(sentence: string): void;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const second = 1_000;
const minute = 60_000;
const longestWait = 30_000;

/** The connection to one server, which is started again when it has died. */
export class Connection {
  readonly name: string;
  readonly server: McpServer;
  readonly #hooks: ConnectionHooks;
  readonly #closing = new AbortController();
  #client: Promise<Client> | undefined;
  /** The same when it is there, or was last. */
  #connected: Client | undefined;
  #startedAt = 0;
  /** How often in a row it died soon, or could not be started. */
  #failures = 0;
  readonly #suspected = new WeakSet<Client>();
  /** Answers what the server asks while a call is open. */
  #answering: Answering | undefined;
  /** Calls that are alone on the line: nothing else tells whose question it is. */
  #alone: Promise<unknown> = Promise.resolve();

  constructor(name: string, server: McpServer, hooks: ConnectionHooks) {
    this.name = name;
    this.server = server;
    this.#hooks = hooks;
  }

  /** The client, connected. Throws `ChatError` `network` when its server does not start. */
  client(): Promise<Client> {
    this.#client ??= this.#started();
    return this.#client;
  }

  /** Its tools as they are now. Those that cannot be used are left out, and reported. */
  async definitions(): Promise<readonly Definition[]> {
    const client = await this.client();
    // Else the client complains on standard output.
    if (!client.getServerCapabilities()?.tools) return [];
    const timeout = this.server.startTimeout ?? minute;
    const { tools } = await client.listTools(undefined, { cacheMode: 'refresh', timeout }).catch((error: unknown) => {
      throw chatErrorOf(`The MCP server ${JSON.stringify(this.name)} did not list its tools`, error);
    });
    return tools.flatMap((listed) => {
      try {
        return [definitionOf(listed)];
      } catch (error) {
        this.#hooks.report(`Tool ${JSON.stringify(listed.name)} of ${this.name} is left out: ${messageOf(error)}.`);
        return [];
      }
    });
  }

  /** Does something while no other call of the kind is open, with somebody to answer what the server asks meanwhile. */
  alone<Result>(answering: Answering, action: () => Promise<Result>): Promise<Result> {
    const turn = this.#alone.then(() => {
      this.#answering = answering;
      return action().finally(() => (this.#answering = undefined));
    });
    this.#alone = turn.catch(() => {});
    return turn;
  }

  /** Gives up a session that its server has forgotten, unless somebody has done so already. */
  async renew(forgotten: Client): Promise<Client> {
    const current = this.#client;
    const client = await current?.catch(() => undefined);
    if (client === forgotten && this.#client === current) {
      this.#client = undefined;
      await this.#end(client);
    }
    return this.client();
  }

  /** How it is spoken to, by the names of OpenTelemetry's conventions; empty while nothing is there. */
  get spanAttributes(): Readonly<Record<string, string>> {
    const client = this.#connected;
    const version = client?.getNegotiatedProtocolVersion();
    const session = client?.transport?.sessionId;
    return {
      ...(version !== undefined && { 'mcp.protocol.version': version }),
      ...(session !== undefined && { 'mcp.session.id': session }),
    };
  }

  /** Tells a server that listens for it that roots are others now; those since 2026-07-28 ask whenever they need them. */
  async rootsChanged(): Promise<void> {
    if (typeof this.server.roots !== 'function') return;
    const client = await this.client();
    if (client.getProtocolEra() === 'legacy') await client.sendRootsListChanged();
  }

  /** Ends its program, or its session. */
  async close(): Promise<void> {
    this.#closing.abort(new ChatError('aborted', `The connection to ${this.name} was closed.`));
    const client = await this.#client?.catch(() => undefined);
    if (client) await this.#end(client);
  }

  async #started(): Promise<Client> {
    const { signal } = this.#closing;
    try {
      signal.throwIfAborted();
      const wait = this.#failures === 0 ? 0 : Math.min(250 * 2 ** (this.#failures - 1), longestWait);
      if (wait > 0) await this.#hooks.sleep(wait, signal);
      const client = await connectedTo(this.name, this.server, {
        changed: () => this.#hooks.changed(),
        answer: (request, by) => this.#answer(request, by),
        signal,
      });
      this.#connected = client;
      this.#startedAt = performance.now();
      Object.assign(client, { onclose: () => this.#lost(client), onerror: () => this.#suspect(client) });
      this.#follow(client, client.autoOpenedSubscription);
      return client;
    } catch (error) {
      this.#failures += 1;
      this.#client = undefined;
      throw error;
    }
  }

  #answer(request: InputRequest, signal: AbortSignal): Promise<InputResponse> {
    const unasked = (): void => {
      const isSampling = request.method === 'sampling/createMessage';
      const what = isSampling ? 'wanted a model to be asked' : 'asked a person';
      const answer = isSampling ? 'refused' : 'answered with "cancel"';
      const why = `${what} over an open connection, which was ${answer}; see \`asksFirst\``;
      this.#hooks.report(`The MCP server ${JSON.stringify(this.name)} ${why}.`);
    };
    return liveResponse({ request, given: this.server, signal, answering: this.#answering, unasked });
  }

  /** News of tools end with the stream that they come by: it is opened again, and what was missed is looked for. */
  #follow(client: Client, news: McpSubscription | undefined): void {
    const { signal } = this.#closing;
    news?.closed
      .then(async (why) => {
        if (why === 'local' || signal.aborted) return;
        await this.#hooks.sleep(second, signal);
        this.#follow(client, await this.#listened(client));
        this.#hooks.changed();
      })
      .catch(() => this.#suspect(client));
  }

  /** Opened again, when it lets us in again. */
  async #listened(client: Client): Promise<McpSubscription> {
    for (;;) {
      try {
        return await client.listen({ toolsListChanged: true });
      } catch (error) {
        if (!httpFailureOf(error)?.isAuth) throw error;
        await this.#hooks.sleep(longestWait, this.#closing.signal);
      }
    }
  }

  /** Over HTTP nothing ends with its server: an answer that broke off is a reason to look whether it is still there. */
  #suspect(client: Client): void {
    if (!('url' in this.server) || this.#closing.signal.aborted || this.#suspected.has(client)) return;
    this.#suspected.add(client);
    client
      .listTools(undefined, { cacheMode: 'bypass', timeout: 5_000 })
      .then(() => this.#suspected.delete(client))
      .catch((error: unknown) => {
        // Who refuses is there, and what it works on goes on.
        if (httpFailureOf(error)?.isAuth) this.#suspected.delete(client);
        // What is open ends with that, and whoever waits for it hears of it.
        else client.close().catch(() => {});
      });
  }

  /** It died, or the line to it was cut: it is started again, later each time in a row. */
  #lost(client: Client): void {
    delete client.onclose;
    this.#client = undefined;
    if (this.#closing.signal.aborted) return;
    this.#failures = performance.now() - this.#startedAt > minute ? 1 : this.#failures + 1;
    this.#restart((sentence) => this.#hooks.report(sentence));
  }

  /** Tries until it is there. Of all that fails in a row, the first is told. */
  #restart(report: (sentence: string) => void): void {
    this.client().then(
      () => this.#hooks.changed(),
      (error: unknown) => {
        if (this.#closing.signal.aborted) return;
        report(messageOf(error));
        this.#restart(() => {});
      },
    );
  }

  async #end(client: Client): Promise<void> {
    delete client.onclose;
    const { transport } = client;
    // A server keeps a session until it is told that it is over; it may also be gone.
    if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession().catch(() => {});
    await client.close().catch((error: unknown) => this.#hooks.report(messageOf(error)));
  }
}
