import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authorize, requestAs } from '../../test/server/shop.ts';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { createRuntime } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import { createHandler } from './handler.ts';
import type { InboxView, ReadView } from './view.ts';

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A thread of Ann in which Bob, too, has said something, and a payment that Kim and Fay have to approve. */
async function shop() {
  const keys: string[] = [];
  const pay = tool({
    description: 'pays',
    input: z.object({ amount: z.number() }),
    effect: 'once',
    policy: {
      ask: {
        reason: 'money',
        risk: 'money',
        preview: '50 to Bob',
        approvers: ['kim', 'finance'],
        quorum: 2,
        expiresIn: 60_000,
      },
    },
    timeout: 1,
    // It is never heard of again.
    run: (_, { key }) => new Promise<never>(() => keys.push(key)),
  });
  const chat = createChat({
    model: scripted([{ calls: [{ name: 'pay', input: { amount: 50 } }] }]),
    tools: { pay },
    onError: () => {},
  });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false });
  open.push(runtime);
  const thread = await runtime.threads.create({ tenant: 'acme', owner: 'ann', thread: 't1' });
  await runtime.send(thread, 'Hello.', { author: 'ann' });
  await runtime.send(thread, 'Pay 50, please.', { author: 'bob' });
  await runtime.tick({ budget: 0 });
  const handler = createHandler({ runtime, authorize });
  const ask = async (who: string, what: string): Promise<unknown> => (await handler.fetch(requestAs(who, what))).json();
  const waiting = async (who: string): Promise<ReadView['waiting'][number]> => {
    const { waiting: calls } = (await ask(who, 'GET /threads/t1')) as ReadView;
    return calls[0]!;
  };
  const row = async (who: string): Promise<InboxView> => {
    const { items } = (await ask(who, 'GET /inbox')) as { readonly items: readonly InboxView[] };
    return items[0]!;
  };
  const approve = async (by: string, ...groups: readonly string[]): Promise<void> => {
    const { call, seen } = await waiting('kim');
    await runtime.decide(thread, { call: call.id, seen, decision: { type: 'approve' }, by, groups });
  };
  return { keys, runtime, waiting, row, approve };
}

describe('a call that waits', () => {
  test('says what is demanded, of whom, who has approved, and whose word it follows from (D4, X3)', async () => {
    const { approve, waiting, row, keys } = await shop();
    await approve('kim');
    const demand = {
      reason: 'money',
      risk: 'money',
      preview: '50 to Bob',
      approvers: ['kim', 'finance'],
      quorum: 2,
      expiresAt: expect.any(Number),
    };
    const about = (given: object) => ({
      askedBy: 'bob',
      call: { effect: 'once', requirements: [{ ...demand, given }] },
    });
    expect(await waiting('fay')).toMatchObject(about([{ by: 'kim', at: expect.any(Number) }]));
    expect(await waiting('ann')).toMatchObject(about([{ at: expect.any(Number) }]));
    expect(JSON.stringify(await waiting('ann'))).not.toContain('"by"');
    expect(await row('fay')).toMatchObject({ thread: { owner: 'ann' }, call: { requirements: [demand] } });
    // Nothing was started yet, by which anybody could know it.
    expect([await waiting('fay'), keys]).toEqual([expect.not.objectContaining({ key: expect.anything() }), []]);
  });

  test('in doubt says what is known of its attempt, and to those who decide its key (X3)', async () => {
    const { approve, waiting, row, keys, runtime } = await shop();
    await approve('kim');
    await approve('fay', 'finance');
    await runtime.tick({ budget: 0 });
    const { call, key } = await waiting('kim');
    const attempt = { number: 1, startedAt: expect.any(Number), deadline: expect.any(Number) };
    expect(call).toMatchObject({ state: 'in-doubt', effect: 'once', attempt });
    expect([key]).toEqual(keys);
    expect(await row('kim')).toMatchObject({ key, call: { attempt } });
    const asAnn = await waiting('ann');
    expect(asAnn.call).toMatchObject({ state: 'in-doubt', attempt });
    expect(JSON.stringify(asAnn)).not.toContain(key);
  });
});
