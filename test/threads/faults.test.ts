import { Client } from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import type { Model, ModelEvent } from '../../src/chat/model.ts';
import { tool } from '../../src/chat/tool.ts';
import { textOf } from '../../src/conversation/message.ts';
import type { Message } from '../../src/conversation/message.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat } from '../../src/runtime/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { usePostgres } from '../postgres/use.ts';
import { view } from './view.ts';

const server = usePostgres();

/** A point that somebody comes to, and where they wait until they are let on. */
class Gate {
  readonly #come = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  get come(): Promise<void> {
    return this.#come.promise;
  }

  pass(): Promise<void> {
    this.#come.resolve();
    return this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}

/** A chat that pays or talks, as it is told to; it waits in the middle of either. */
class Shop {
  readonly paying: Gate = new Gate();
  readonly talking: Gate = new Gate();
  paid = 0;
  readonly chat: DurableChat;

  constructor() {
    const run = async (): Promise<string> => {
      this.paid += 1;
      await this.paying.pass();
      return 'paid';
    };
    const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy: 'allow', run });
    const model: Model = { provider: 'shop', id: 'talks', stream: ({ messages }) => this.#answer(messages.at(-1)!) };
    this.chat = createChat({ model, tools: { pay } });
  }

  async *#answer(last: Message): AsyncGenerator<ModelEvent> {
    if (last.role === 'user' && textOf(last) === 'pay') {
      yield { type: 'call', name: 'pay', arguments: '{}' };
      yield { type: 'finish', reason: 'tool-calls' };
      return;
    }
    yield { type: 'text', delta: 'All ' };
    if (textOf(last) === 'talk') await this.talking.pass();
    yield { type: 'text', delta: 'is well.' };
    yield { type: 'finish', reason: 'stop' };
  }
}

const answersOf = (messages: readonly Message[]): readonly string[] =>
  messages.filter(({ role }) => role === 'assistant').map(textOf);

/** Something that goes wrong with a Postgres, and how it is mended. */
interface Fault {
  readonly name: string;
  break(schema: string): Promise<void>;
  mend(schema: string): Promise<void>;
}

async function run(...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server.connectionString });
  await client.connect();
  for (const query of queries) await client.query(query);
  await client.end();
}

async function mayBeWritten(may: boolean): Promise<void> {
  await run(`alter system set default_transaction_read_only = ${may ? 'off' : 'on'}`, 'select pg_reload_conf()');
  const isSo = `do $$ begin assert current_setting('default_transaction_read_only') = '${may ? 'off' : 'on'}'; end $$`;
  while (
    !(await run(isSo).then(
      () => true,
      () => false,
    ))
  );
}

const faults: readonly Fault[] = [
  { name: 'crashes', break: () => server.crash(), mend: () => server.restart() },
  { name: 'may only be read', break: () => mayBeWritten(false), mend: () => mayBeWritten(true) },
  {
    name: 'has no room on its disk',
    break: (schema) =>
      run(
        `create function ${schema}.full() returns trigger language plpgsql as $$ begin
          raise exception 'could not extend file' using errcode = '53100'; end $$`,
        `create trigger full_now before insert or update on ${schema}.event execute function ${schema}.full()`,
        `create trigger full_now before insert or update on ${schema}.thread execute function ${schema}.full()`,
      ),
    mend: (schema) => run(...['event', 'thread'].map((table) => `drop trigger full_now on ${schema}.${table}`)),
  },
];

const cases = faults.flatMap((fault) => [
  { ...fault, fault, length: 'longer', lease: 30_000 },
  { ...fault, fault, length: 'shorter', lease: 400 },
]);

test.each(cases)(
  'a Postgres that $name under a tool and a model, with a lease $length than that: all goes on without help (E3, E8, S4)',
  async ({ fault, lease }) => {
    const schema = `fault_${faults.indexOf(fault)}_${lease}`;
    const open = (): Store => postgresStore({ connectionString: server.connectionString }, { schema });
    const shop = new Shop();
    const [store, looks] = [open(), open()];
    const runtime = createRuntime({ chat: shop.chat, store, lease, sweep: 50, onError: () => {} });
    const viewer = createRuntime({ chat: shop.chat, store: looks, work: false });
    const make = (thread: string): Promise<ThreadKey> => runtime.threads.create({ tenant: 'acme', thread });
    const [pays, talks, comes] = [await make('pay'), await make('talk'), await make('hello')];
    await Promise.all([pays, talks].map((key) => runtime.send(key, key.thread)));
    await Promise.all([shop.paying.come, shop.talking.come]);
    const views = [pays, talks, comes].map((key) => view(viewer, key));
    await fault.break(schema);
    const say = (): Promise<unknown> => viewer.send(comes, 'hello', { key: 'hello' });
    const said = say().catch((error: unknown) => error);
    shop.paying.open();
    if (lease < 1_000) await new Promise((resolve) => setTimeout(resolve, 2 * lease));
    shop.talking.open();
    await fault.mend(schema);
    // A full disk is told at once; everything else was waited for.
    if ((await said) instanceof Error)
      expect([await said, await say()]).toMatchObject([{ code: 'overloaded', retryable: true }, { type: 'sent' }]);
    const seen = await Promise.all(views);
    expect(shop.paid).toBe(1);
    for (const [index, key] of [pays, talks, comes].entries()) {
      const { thread, messages } = (await looks.load(key))!;
      expect([thread.status, seen[index]]).toEqual(['done', messages]);
      expect(answersOf(messages).at(-1)).toBe('All is well.');
    }
    const calls = seen[0]!.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
    expect(calls).toMatchObject([{ state: 'completed', output: 'paid', attempt: { number: 1 } }]);
    await Promise.all([runtime.close(), viewer.close()]);
    await Promise.all([store.close(), looks.close()]);
  },
);
