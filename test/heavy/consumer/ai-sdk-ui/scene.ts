import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Chat } from '@ai-sdk/react';
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
} from 'ai';
import type { ChatInit, UIMessage } from 'ai';
import { createChat, tool } from 'yourcall';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import type { Runtime, Store, ThreadKey } from 'yourcall/runtime';
import { aiSdk, createHandler } from 'yourcall/server';
import type { Right } from 'yourcall/server';
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

/** A server on this machine, what its tools did, and clients of it. */
export interface Scene extends AsyncDisposable {
  readonly api: string;
  readonly runtime: Runtime;
  readonly model: ScriptedModel;
  readonly key: ThreadKey;
  /** What took effect. */
  readonly effects: string[];
  /** The bodies of what clients have posted. */
  readonly posted: Record<string, unknown>[];
  /** A tab of the one chat. */
  tab(options?: Partial<ChatInit<UIMessage>>): Chat<UIMessage>;
  /** What a page begins with that is loaded anew. */
  reloaded(): Promise<UIMessage[]>;
}

/** How a scene differs. */
export interface SceneOptions {
  readonly script: readonly ScriptedTurn[];
  readonly scopes?: readonly Right[];
}

export async function scene(open: () => { store: Store; remove: () => void }, options: SceneOptions): Promise<Scene> {
  const { script, scopes = ['read', 'send', 'decide', 'answer'] } = options;
  const { store, remove } = open();
  const effects: string[] = [];
  const posted: Record<string, unknown>[] = [];
  const model = scripted(script);
  const runtime = createRuntime({ chat: createChat({ model, tools: toolsOf(effects) }), store, sweep: 50 });
  const handler = createHandler({
    runtime,
    dialects: [aiSdk()],
    basePath: '/api',
    authorize: () => ({ principal: 'ann', tenant: 'acme', scopes }),
  });
  const server = createServer(async (incoming, outgoing) => {
    const { port } = server.address() as AddressInfo;
    const leaving = new AbortController();
    outgoing.on('close', () => leaving.abort());
    const body = incoming.method === 'POST' ? (Readable.toWeb(incoming) as unknown as BodyInit) : null;
    const request = new Request(`http://127.0.0.1:${port}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: new Headers(incoming.headers as Record<string, string>),
      body,
      duplex: 'half',
      signal: leaving.signal,
    } as RequestInit);
    const response = await handler.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (!response.body) return void outgoing.end();
    Readable.fromWeb(response.body as ReadableStream)
      .on('error', () => {})
      .pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/ai-sdk`;
  const key = { tenant: 'acme', thread: 'chat-1' };
  const watched: typeof fetch = async (url, init) => {
    if (init?.method === 'POST') posted.push(JSON.parse(init.body as string));
    return fetch(url, init);
  };
  return {
    api,
    runtime,
    model,
    key,
    effects,
    posted,
    tab: (more) =>
      new Chat({
        id: key.thread,
        transport: new DefaultChatTransport({ api, fetch: watched }),
        sendAutomaticallyWhen: (about) =>
          lastAssistantMessageIsCompleteWithApprovalResponses(about) ||
          lastAssistantMessageIsCompleteWithToolCalls(about),
        ...more,
      }),
    reloaded: async () => (await (await fetch(`${api}/${key.thread}/messages`)).json()) as UIMessage[],
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

/** A message in short: texts as they are, calls by what stands there. */
export function outline({ role, parts }: UIMessage): string {
  const pieces = parts.flatMap((part): readonly string[] => {
    if (part.type === 'text') return [part.text];
    if ('toolCallId' in part) return [`${part.type.slice('tool-'.length)} ${part.state}`];
    return part.type === 'step-start' ? [] : [part.type];
  });
  return `${role}: ${pieces.join(' | ')}`;
}

/** The tool parts of the last message. */
export function callsIn(chat: Chat<UIMessage>) {
  return chat.messages.flatMap(({ parts }) => parts).flatMap((part) => ('toolCallId' in part ? [part] : []));
}
