import { createClient } from '../../client/client.ts';
import { ChatError } from '../../conversation/error.ts';
import { visible } from '../../wire/plain-text.ts';
import { ServerInbox } from '../inbox/server-inbox.ts';
import type { InboxSource } from './inbox-source.ts';

/** The options that name a server, in place of a database. */
export const serverFlags = { url: { type: 'string' }, token: { type: 'string' } } as const;

/** What `--help` says of them. */
export const serverUsage: string = `  --url URL               a server of threads, such as http://127.0.0.1:4141, in place of a database: by its API,
                          as whoever its token stands for
  --token TOKEN           lets in there. Default: YOURCALL_TOKEN, which shows in no list of processes`;

/** What belongs to a database alone. */
const ofDatabases = [
  'db',
  'database-url',
  'schema',
  'tenant',
  'workspace',
  'as',
  'group',
  'rules',
  'mcp',
  'mcp-config',
];

type Values = Readonly<Record<string, unknown>> & {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
};

/** The inbox of whoever the server takes this terminal for. Throws `ChatError` where it does not let in. */
export async function inboxOfServer(values: Values & { readonly url: string }): Promise<InboxSource> {
  const { url } = values;
  const other = ofDatabases.find((name) => values[name] !== undefined);
  if (other !== undefined) {
    throw new ChatError(
      'invalid-request',
      `--url and --${other}: the server says whose threads they are, and what runs.`,
    );
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ChatError('invalid-request', '--url takes an address that begins with http:// or https://.');
  }
  const token = values.token ?? process.env['YOURCALL_TOKEN'];
  const client = createClient({
    url: url.replace(/\/+$/, ''),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const me = await client.readMe();
  const inbox = new ServerInbox(client, me);
  return {
    rows: () => inbox.rows(),
    threadOf: (sought) => inbox.threadOf(sought),
    now: async () => Date.now(),
    place: async () => ({
      calls: inbox,
      decider: inbox,
      place: ` for ${visible(me.principal)} at ${visible(new URL(url).host)}`,
      ahead: 0,
      follows: 'What follows is done where the threads of the server are advanced.',
    }),
    close: async () => inbox.close(),
  };
}
