import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChat, tool, waitFor } from 'yourcall';
import { toNodeListener } from 'yourcall/node';
import { createRuntime, memoryStore, withClientTools } from 'yourcall/runtime';
import type { Runtime, Store, ThreadKey } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import type { Dialect, Right } from 'yourcall/server';
import { sqliteStore } from 'yourcall/sqlite';
import { scripted } from 'yourcall/testing';
import type { ScriptedModel, ScriptedTurn } from 'yourcall/testing';
import { z } from 'zod';

/** Stores by their names, each made anew. */
export const stores: Readonly<Record<string, () => { readonly store: Store; readonly remove: () => void }>> = {
  memory: () => ({ store: memoryStore(), remove: () => {} }),
  SQLite: () => {
    const folder = mkdtempSync(join(tmpdir(), 'yourcall-use-chat-'));
    return { store: sqliteStore(join(folder, 'chats.db')), remove: () => rmSync(folder, { recursive: true }) };
  },
};

/** A server on this machine, and what its tools did. */
export interface Served extends AsyncDisposable {
  /** Where it is, behind the base path. */
  readonly address: string;
  readonly runtime: Runtime;
  readonly model: ScriptedModel;
  readonly key: ThreadKey;
  /** What took effect. */
  readonly effects: string[];
}

/** How a server differs. */
export interface ServedOptions {
  readonly script: readonly ScriptedTurn[];
  readonly dialect: Dialect;
  readonly scopes?: readonly Right[];
  /** Whether its chat offers the tools that clients declare. */
  readonly clientTools?: boolean;
}

export async function serve(open: () => { store: Store; remove: () => void }, options: ServedOptions): Promise<Served> {
  const { script, dialect, scopes = ['read', 'send', 'decide', 'answer'], clientTools = false } = options;
  const { store, remove } = open();
  const effects: string[] = [];
  const model = scripted(script);
  const own = toolsOf(effects);
  const chat = clientTools
    ? withClientTools((declared) => createChat({ model, tools: [own, declared] }))
    : createChat({ model, tools: own });
  const runtime = createRuntime({ chat, store, sweep: 50 });
  const handler = createHandler({
    runtime,
    dialects: [dialect],
    basePath: '/api',
    authorize: () => ({ principal: 'ann', tenant: 'acme', scopes }),
  });
  const server = createServer(toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    runtime,
    model,
    key: { tenant: 'acme', thread: 'chat-1' },
    effects,
    async [Symbol.asyncDispose]() {
      await handler.close();
      server.closeAllConnections();
      server.close();
      await runtime.close();
      await store.close();
      remove();
    },
  };
}

function toolsOf(effects: string[]) {
  const order = z.object({ order: z.string() });
  return {
    refund: tool({
      description: 'Refunds an order',
      input: order,
      effect: 'once',
      policy: { ask: { reason: 'it costs money', risk: 'money', preview: 'a refund' } },
      run: ({ order: id }) => {
        effects.push(`refund ${id}`);
        return { refunded: id };
      },
    }),
    look: tool({
      description: 'Looks at an order',
      input: order,
      effect: 'read',
      run: ({ order: id }) => `${id} is here`,
    }),
    pay: tool({
      description: 'Pays an order',
      input: order,
      policy: 'allow',
      run: ({ order: id }) => {
        effects.push(`pay ${id}`);
        return 'paid';
      },
    }),
    gift: tool({
      description: 'Gives something, if somebody agrees soon',
      input: order,
      effect: 'once',
      policy: { ask: { expiresIn: 700 } },
      run: ({ order: id }) => void effects.push(`gift ${id}`),
    }),
    book: tool({
      description: 'Books a seat, and asks which',
      answer: z.enum(['window', 'aisle']),
      policy: 'allow',
      run: (_, { answer }) => {
        if (answer === undefined) return waitFor({ question: 'Window or aisle?' });
        effects.push(`book ${answer}`);
        return 'booked';
      },
    }),
    // Without `run` it is executed by the page.
    locate: tool({ description: 'Where the user is', input: z.object({}), policy: 'allow' }),
  };
}

/** Waits for something that is about to be. */
export async function until<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const value = await look();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
}
