import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../src/chat/chat.ts';
import { tool } from '../../src/chat/tool.ts';
import type { ToolCall } from '../../src/conversation/tool-call.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { DurableChat, Runtime } from '../../src/runtime/index.ts';
import type { ThreadKey } from '../../src/store/thread.ts';
import { scripted } from '../../src/testing/scripted.ts';
import { databases } from './databases.ts';
import type { RunningDatabase } from './databases.ts';

const look = tool({ description: 'looks', input: z.object({}), effect: 'read', run: () => 'seen' });

/** A release of a program: with a tool that pays in a currency, or without one. */
function release(paid: string[], pay?: { readonly input: z.ZodObject }): DurableChat {
  const script = [{ calls: [{ name: 'pay', input: { amount: 5 } }] }, 'paid'];
  const paying =
    pay && tool({ description: 'pays', ...pay, effect: 'once', run: (input) => void paid.push(JSON.stringify(input)) });
  const model = scripted(script, { turnBy: 'answers' });
  return createChat({ model, tools: paying ? { look, pay: paying } : { look } }) as DurableChat;
}

async function callOf(runtime: Runtime, key: ThreadKey): Promise<ToolCall> {
  const parts = (await runtime.read(key))!.messages.flatMap((message) => message.parts);
  return parts.flatMap((part) => (part.type === 'tool' ? [part.call] : []))[0]!;
}

describe.each(databases)('a deploy while a call waits, on $name', ({ start }) => {
  let database: RunningDatabase;
  beforeAll(async () => void (database = await start()), 60_000);
  afterAll(() => database.stop());

  test.each([
    ['lacks the tool', undefined, 'tool-missing'],
    [
      'has another schema',
      { input: z.object({ amount: z.number(), currency: z.string().default('EUR') }) },
      'tool-changed',
    ],
  ])('a release that %s neither runs nor settles what was approved, and says why (C1)', async (_, other, because) => {
    const openStore = database.fresh();
    const paid: string[] = [];
    const stores = [openStore(), openStore()];
    const [first, second] = [release(paid, { input: z.object({ amount: z.number() }) }), release(paid, other)].map(
      (chat, index) => createRuntime({ chat, store: stores[index]!, work: false }),
    );
    const key = await first!.threads.create({ tenant: 'acme' });
    await first!.send(key, 'pay');
    await first!.tick({ budget: 0 });
    await first!.decide(key, { call: (await callOf(first!, key)).id, decision: { type: 'approve' }, by: 'ann' });
    await second!.tick({ budget: 0 });
    expect(await callOf(first!, key)).toMatchObject({ state: 'awaiting-approval', because });
    expect(paid).toEqual([]);
    for (const one of [first!, second!, ...stores]) await one.close();
  });
});
