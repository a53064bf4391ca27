// A server on which people grant: notes are written when somebody approves, or has granted it.
import { afterEach } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { ModelRequest } from '../../src/chat/model.ts';
import { tool } from '../../src/chat/tool.ts';
import { createClient } from '../../src/client/client.ts';
import type { Client } from '../../src/client/client.ts';
import type { InboxItem } from '../../src/client/views.ts';
import type { RulesFile } from '../../src/rules/rule.ts';
import { rulesFrom } from '../../src/rules/rules.ts';
import { storeGrants } from '../../src/runtime/store-grants.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { GrantOptions } from '../../src/server/granting.ts';
import { createHandler } from '../../src/server/handler.ts';
import type { Thread } from '../../src/store/thread.ts';
import type { Store } from '../../src/store/store.ts';
import { scripted } from '../../src/testing/scripted.ts';
import type { ScriptedCall, ScriptedTurn } from '../../src/testing/scripted-turn.ts';
import { authorize, requestAs } from './shop.ts';

export interface NotesOptions {
  readonly store: Store;
  readonly rules?: RulesFile['rules'];
  readonly scopes?: GrantOptions['scopes'];
  readonly now?: () => number;
}

export interface Notes extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly written: readonly string[];
  client(who: string): Client;
  fetch(request: Request): Promise<Response>;
  /** The status of an answer to somebody: `status('ann', 'GET /grants')`. */
  status(who: string, what: string, body?: unknown): Promise<number>;
  /** Somebody has a model call a tool in a thread; gives the call when it waits, and nothing when it ran. */
  called(who: string, call: { readonly name: string; readonly input: object }, thread?: string): Promise<Called>;
}

export interface Called {
  readonly thread: string;
  readonly item: InboxItem | undefined;
}

/** Opens a server whose model calls what it was told to call last. */
export function openNotes({ store, rules: list = [], scopes, now = Date.now }: NotesOptions): Notes {
  const written: string[] = [];
  const write = { effect: 'once', run: (input: object) => void written.push(JSON.stringify(input)) } as const;
  const input = z.looseObject({});
  const tools = {
    write: tool({ description: 'writes', input, ...write }),
    shred: tool({ description: 'shreds', input, metadata: { destructive: true }, ...write }),
    pay: tool({ description: 'pays', input, policy: { ask: { reason: 'money' } }, ...write }),
    hidden: tool({ description: 'writes somewhere else', input, ...write }),
  };
  const far = { root: '/srv', realPath: (path: string): string => path, now };
  const thread = (context: Pick<Thread, 'tenant' | 'thread'>) => context;
  const rules = rulesFrom({ version: 1, rules: list }, { ...far, grants: storeGrants(store), thread });
  const chat = createChat({ model: scripted(Array.from({ length: 100 }, () => lastCall)), tools: rules.over(tools) });
  const runtime = createRuntime({ chat, store, sweep: 20, context: (one) => one });
  const { hidden: _hidden, ...known } = tools;
  const grants = { rules, tools: [known], ...(scopes && { scopes }) };
  const handler = createHandler({ runtime, authorize, grants, log: () => {} });
  const client = (who: string): Client =>
    createClient({
      url: 'http://localhost',
      headers: { authorization: `Bearer ${who}` },
      fetch: (request) => handler.fetch(request),
    });
  return {
    runtime,
    written,
    client,
    fetch: handler.fetch,
    status: async (who, what, body) => (await handler.fetch(requestAs(who, what, body))).status,
    async called(who, call, given) {
      const speaking = client(who);
      const id = given ?? (await speaking.createThread()).id;
      const { cursor } = await speaking.readThread(id);
      await speaking.say(id, JSON.stringify(call));
      for await (const { event } of speaking.watchThread(id, { after: cursor })) {
        if (event.type === 'done' || event.type === 'error' || event.type === 'paused') break;
      }
      const { items } = await client(who === 'eve' ? 'eve' : 'max').readInbox({ thread: id });
      return { thread: id, item: items.at(-1) };
    },
    async [Symbol.asyncDispose]() {
      await handler.close();
      await runtime.close();
      await store.close();
    },
  };
}

/** The call that the last word asks for, unless it was made. */
function lastCall({ messages }: ModelRequest): ScriptedTurn {
  const part = messages.at(-1)?.parts[0];
  return part?.type === 'text' ? { calls: [JSON.parse(part.text) as ScriptedCall] } : 'Done.';
}

/** Opens servers that are closed behind each test. */
export function notesOfTests(): (options: NotesOptions) => Notes {
  const open: Notes[] = [];
  afterEach(async () => {
    for (const notes of open.splice(0)) await notes[Symbol.asyncDispose]();
  });
  return (options) => {
    const notes = openNotes(options);
    open.push(notes);
    return notes;
  };
}
