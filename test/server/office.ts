// One process of a server: node test/server/office.ts '{"store", "at", "log"}'. It answers, and advances threads, until it is killed.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import { toNodeListener } from '../../src/node/listener.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { createHandler } from '../../src/server/handler.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';

/** What a process is told: where its threads are, and which file payments go to, a line each. */
export interface OfficeSetup {
  readonly store: 'sqlite' | 'postgres';
  /** A file, or an address. */
  readonly at: string;
  readonly log: string;
}

function storeOf({ store, at }: OfficeSetup): Store {
  return store === 'sqlite' ? sqliteStore(at) : postgresStore({ connectionString: at });
}

const setup = JSON.parse(process.argv[2]!) as OfficeSetup;
const pay = tool({
  description: 'pays',
  input: z.object({ to: z.string() }),
  effect: 'once',
  policy: { ask: { reason: 'money' } },
  run: ({ to }) => appendFileSync(setup.log, `${to}\n`),
});
const model = scripted(
  [({ messages }) => ({ calls: [{ name: 'pay', input: { to: textOf(messages.at(-1)!) } }] }), 'Paid.'],
  { turnBy: 'answers' },
);
const chat = createChat({ model, tools: { pay } });
const runtime = createRuntime({ chat, store: storeOf(setup), sweep: 50 });
const handler = createHandler({
  runtime,
  limits: { rate: { burst: 100_000, perSecond: 100_000 } },
  authorize: () => ({ principal: 'kim', tenant: 'acme', scopes: ['read', 'send', 'decide', 'manage'] }),
});
const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1', () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('disconnect', () => process.exit());
