import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { textOf } from '../conversation/message.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime, RuntimeOptions } from './index.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

function runtimeOf(options: Partial<RuntimeOptions> & Pick<RuntimeOptions, 'chat'>): Runtime {
  const runtime = createRuntime({ store: memoryStore(), sweep: 20, onError: fail, ...options });
  open.push(runtime);
  return runtime;
}

function fail(error: unknown): void {
  throw error;
}

/** A chat that pays when somebody approves; what it paid stands in the list. */
function shop(...script: readonly ScriptedTurn[]): { chat: RuntimeOptions['chat']; paid: number[] } {
  const paid: number[] = [];
  const tools = {
    pay: tool({
      description: 'pays',
      input: z.object({ amount: z.number() }),
      effect: 'once',
      run: ({ amount }) => {
        paid.push(amount);
        return { receipt: paid.length };
      },
    }),
  };
  return { chat: createChat({ model: scripted(script), tools }) as never, paid };
}

async function calls(runtime: Runtime, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await runtime.read(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

async function until<Value>(look: () => Promise<Value | undefined | false>): Promise<Value> {
  for (let turn = 0; turn < 500; turn += 1) {
    const value = await look();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
}

const status = (runtime: Runtime, key: ThreadKey, wanted: string) =>
  until(async () => ((await runtime.read(key))?.thread.status === wanted ? true : undefined));

const asks: ScriptedTurn = { calls: [{ name: 'pay', input: { amount: 5 } }] };

describe('a thread', () => {
  test('is answered by whoever works', async () => {
    const runtime = runtimeOf({ chat: shop('hello').chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    expect(await runtime.send(key, 'hi')).toMatchObject({ type: 'sent' });
    await status(runtime, key, 'done');
    const { messages } = (await runtime.read(key))!;
    expect(messages.map(textOf)).toEqual(['hi', 'hello']);
  });

  test('pauses for a person, and goes on when somebody decided', async () => {
    const { chat, paid } = shop(asks, 'paid');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const { items } = await runtime.inbox({ tenant: 'acme' });
    expect(items.map(({ call, thread }) => [call.name, thread.thread])).toEqual([['pay', key.thread]]);
    const call = items[0]!.call.id;
    expect(await runtime.decide(key, { call, decision: { type: 'approve' }, by: 'ann' })).toMatchObject({
      type: 'applied',
    });
    await status(runtime, key, 'done');
    expect(paid).toEqual([5]);
    expect(await runtime.inbox({ tenant: 'acme' })).toEqual({ items: [] });
  });

  test('a double click runs the tool once, and the second is told who was first (D3)', async () => {
    const { chat, paid } = shop(asks, 'paid');
    const runtime = runtimeOf({ chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    await runtime.send(key, 'pay');
    await status(runtime, key, 'paused');
    const call = (await calls(runtime, key))[0]!.id;
    const click = (by: string) => runtime.decide(key, { call, decision: { type: 'approve' }, by });
    const answers = await Promise.all([click('ann'), click('bob'), click('eve')]);
    expect(answers.map(({ type }) => type).toSorted()).toEqual(['already', 'already', 'applied']);
    await status(runtime, key, 'done');
    expect(paid).toEqual([5]);
  });

  test('the same key says the same thing once', async () => {
    const runtime = runtimeOf({ chat: shop('hello').chat });
    const key = await runtime.threads.create({ tenant: 'acme' });
    const sent = await Promise.all([1, 2, 3].map(() => runtime.send(key, 'hi', { key: 'k1' })));
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    await status(runtime, key, 'done');
    expect((await runtime.read(key))!.messages.length).toBe(2);
  });
});
