import { Client } from '@modelcontextprotocol/client';
import type {
  CreateMessageResult,
  ElicitResult,
  InputRequest,
  InputResponse,
  ListRootsResult,
} from '@modelcontextprotocol/client';
import { chatErrorOf } from './http-failure.ts';
import type { McpServer } from './server-config.ts';
import { wayTo } from './transport.ts';

/** What a client tells while it is connected. */
export interface ClientHooks {
  /** The server says that its tools have changed. */
  changed(): void;
  /** The server asks for something over the open line; the signal comes when it has given up. */
  answer(request: InputRequest, signal: AbortSignal): Promise<InputResponse>;
  /** It is wanted no more. */
  readonly signal: AbortSignal;
}

const minute = 60_000;

/** A client of the protocol, connected. Throws `ChatError` when its server does not start: `auth` when it lets us not in, else `network`. */
export async function connectedTo(name: string, server: McpServer, hooks: ClientHooks): Promise<Client> {
  const { startTimeout: timeout = minute } = server;
  const client = new Client(
    { name: 'yourcall', version: '0' },
    {
      // What was not given is not offered, so that no tool is listed which needs it.
      capabilities: {
        elicitation: { form: {}, url: {} },
        ...(server.sampling && { sampling: {} }),
        ...(server.roots && { roots: { listChanged: typeof server.roots === 'function' } }),
      },
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(timeout, 10_000) } },
      // What a server asks of a person is kept with the call, in no open request.
      inputRequired: { autoFulfill: false },
      listChanged: { tools: { onChanged: () => hooks.changed(), autoRefresh: false } },
    },
  );
  answerBy(client, server, hooks);
  const way = wayTo(server);
  try {
    await client.connect(way.transport, { timeout, signal: hooks.signal });
    return client;
  } catch (cause) {
    await client.close().catch(() => {});
    const last = way.lastWords();
    const words = last === '' ? '' : ` Its last words: ${last}`;
    throw chatErrorOf(`The MCP server ${JSON.stringify(name)} could not be started`, cause, words);
  }
}

/** A response is of the kind that its request asks for (`liveResponse`), which types do not say. */
function answerBy(client: Client, { sampling, roots }: McpServer, hooks: ClientHooks): void {
  client.setRequestHandler('elicitation/create', async (request, { mcpReq }) => {
    return (await hooks.answer(request, mcpReq.signal)) as ElicitResult;
  });
  if (sampling) {
    client.setRequestHandler('sampling/createMessage', async (request, { mcpReq }) => {
      return (await hooks.answer(request, mcpReq.signal)) as CreateMessageResult;
    });
  }
  if (roots) {
    client.setRequestHandler('roots/list', async (request, { mcpReq }) => {
      return (await hooks.answer(request, mcpReq.signal)) as ListRootsResult;
    });
  }
}
