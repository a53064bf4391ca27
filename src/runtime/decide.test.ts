import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { InboxRow, Runtime } from './index.ts';

const tenant = 'acme';

/** A thread in which a payment with this note waits for two people. */
async function asked(note: string): Promise<{ readonly runtime: Runtime; readonly thread: ThreadKey }> {
  const pay = tool({
    description: 'pays',
    input: z.object({ note: z.string() }),
    policy: { ask: { quorum: 2 } },
    run: () => 'paid',
  });
  const model = scripted([{ calls: [{ name: 'pay', input: { note } }] }, 'done'], { turnBy: 'answers' });
  const runtime = createRuntime({ chat: createChat({ model, tools: { pay } }), store: memoryStore(), work: false });
  const thread = await runtime.threads.create({ tenant });
  await runtime.send(thread, 'pay');
  await runtime.tick({ budget: 0 });
  return { runtime, thread };
}

async function rowOf(runtime: Runtime, principal: string): Promise<InboxRow> {
  const { items } = await runtime.inbox({ tenant, principal });
  return items[0]!;
}

test('who hands in the call of the inbox decides about what it showed, and about nothing else (D1)', async () => {
  const { runtime, thread } = await asked('lunch');
  const { call: shown } = await rowOf(runtime, 'ann');

  // Meanwhile Bob approves another payment in its place.
  const edit = { type: 'approve', input: { note: 'a car' } } as const;
  const { call: seenByBob } = await rowOf(runtime, 'bob');
  expect((await runtime.decide(thread, { call: seenByBob, decision: edit, by: 'bob' })).type).toBe('applied');

  const approve = { decision: { type: 'approve' }, by: 'ann' } as const;
  expect((await runtime.decide(thread, { call: shown, ...approve })).type).toBe('stale');
  expect((await rowOf(runtime, 'ann')).call.input).toEqual({ note: 'a car' });
  // By its id alone what stands there now would have been approved: here she has looked again.
  const { call: again } = await rowOf(runtime, 'ann');
  const answer = await runtime.decide(thread, { call: again, ...approve });
  expect(answer).toMatchObject({ type: 'applied', call: { state: 'approved', input: { note: 'a car' } } });
  await runtime.close();
});

test('a call whose arguments are kept apart is bound to what was shown all the same (D1, S9)', async () => {
  const { runtime, thread } = await asked('x'.repeat(100_000));
  const decide = async (by: string): Promise<string> => {
    const { call } = await rowOf(runtime, by);
    return (await runtime.decide(thread, { call, decision: { type: 'approve' }, by })).type;
  };
  expect([await decide('ann'), await decide('bob')]).toEqual(['applied', 'applied']);
  await runtime.close();
});
