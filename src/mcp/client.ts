import { Client } from '@modelcontextprotocol/client';
import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/client';
import { ChatError, messageOf } from '../conversation/error.ts';
import type { McpServer } from './server-config.ts';
import { wayTo } from './transport.ts';

/** What a client tells while it is connected. */
export interface ClientHooks {
  /** The server says that its tools have changed. */
  changed(): void;
  /** The server asks a person over the open line. */
  answer(params: ElicitRequestParams): ElicitResult;
  /** It is wanted no more. */
  readonly signal: AbortSignal;
}

const minute = 60_000;

/** A client of the protocol, connected. Throws `ChatError` `network` when its server does not start. */
export async function connectedTo(name: string, server: McpServer, hooks: ClientHooks): Promise<Client> {
  const { startTimeout: timeout = minute } = server;
  const client = new Client(
    { name: 'yourcall', version: '0' },
    {
      capabilities: { elicitation: { form: {}, url: {} } },
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(timeout, 10_000) } },
      // What a server asks of a person is kept with the call, in no open request.
      inputRequired: { autoFulfill: false },
      listChanged: { tools: { onChanged: () => hooks.changed(), autoRefresh: false } },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => hooks.answer(params));
  const way = wayTo(server);
  try {
    await client.connect(way.transport, { timeout, signal: hooks.signal });
    return client;
  } catch (cause) {
    await client.close().catch(() => {});
    const last = way.lastWords();
    const words = last === '' ? '' : ` Its last words: ${last}`;
    const message = `The MCP server ${JSON.stringify(name)} could not be started: ${messageOf(cause)}.${words}`;
    throw new ChatError('network', message, { retryable: true, cause });
  }
}
