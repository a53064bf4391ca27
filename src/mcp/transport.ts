import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { AuthProvider, OAuthClientProvider, Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Unsent } from './http-failure.ts';
import { networkVariables } from './network-variables.ts';
import type { McpServer, RemoteServer } from './server-config.ts';

/** A way to a server, and the last that its program wrote to standard error. */
export interface Way {
  readonly transport: Transport;
  lastWords(): string;
}

/** In bytes: the largest file that a runtime takes, in base64, and room for the rest. A longer one ends the connection. */
const longestMessage = 32 * 1024 * 1024;

/** A way to a server, not gone yet. */
export function wayTo(server: McpServer): Way {
  if ('url' in server) return { transport: remoteTransport(server), lastWords: () => '' };
  const { command, args = [], env, cwd } = server;
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    stderr: 'pipe',
    maxBufferSize: longestMessage,
    env: { ...networkVariables(process.env), ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let written = '';
  transport.stderr?.on('data', (chunk: unknown) => {
    written = (written + String(chunk)).slice(-2_048);
  });
  return { transport, lastWords: () => written.trim() };
}

function remoteTransport({ url, headers, authProvider }: RemoteServer): Transport {
  const { origin } = new URL(url);
  const withHeaders: typeof fetch = async (input, init) => {
    const asked = input instanceof Request ? input.url : String(input);
    // Who hands out tokens is asked by the same way, and is nobody to tell them to.
    if (new URL(asked).origin !== origin) return fetch(input, init);
    const all = new Headers(init?.headers);
    for (const [name, value] of Object.entries(await had(headers))) if (!all.has(name)) all.set(name, value);
    return fetch(input, { ...init, headers: all });
  };
  // Of this package, by the word of whoever gives it: its own types are not part of ours.
  const provider = authProvider as AuthProvider | OAuthClientProvider | undefined;
  const options = { fetch: withHeaders, ...(provider && { authProvider: provider }) };
  return new StreamableHTTPClientTransport(new URL(url), options);
}

async function had(headers: RemoteServer['headers']): Promise<Readonly<Record<string, string>>> {
  try {
    return (typeof headers === 'function' ? await headers() : headers) ?? {};
  } catch (cause) {
    throw new Unsent(cause);
  }
}
