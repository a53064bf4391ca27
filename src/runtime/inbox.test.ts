import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { askPerson } from '../chat/ask-person.ts';
import { createChat } from '../chat/chat.ts';
import type { Verdict } from '../chat/policy.ts';
import { tool } from '../chat/tool.ts';
import type { Decision } from '../conversation/decision.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { createRuntime } from './runtime.ts';
import type { InboxQuery, Runtime } from './index.ts';

const open: Runtime[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const tenant = 'acme';
const approve: Decision = { type: 'approve' };

/** An office in which payments ask as the policy says; each word makes one, in a thread of its own. */
function office(policy: Verdict): {
  readonly runtime: Runtime;
  asks(owner?: string, author?: string): Promise<ThreadKey>;
} {
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy, run: () => 'paid' });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done'], { turnBy: 'answers' });
  const chat = createChat({ model, tools: { pay } });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false });
  open.push(runtime);
  const asks = async (owner?: string, author?: string): Promise<ThreadKey> => {
    const key = await runtime.threads.create({ tenant, ...(owner !== undefined && { owner }) });
    await runtime.send(key, 'pay', author === undefined ? {} : { author });
    await runtime.tick({ budget: 0 });
    return key;
  };
  return { runtime, asks };
}

/** The threads in whose calls a person finds something to decide. */
async function shown(runtime: Runtime, who: Omit<InboxQuery, 'tenant'>): Promise<readonly string[]> {
  return (await runtime.inbox({ tenant, ...who })).items.map(({ thread }) => thread.thread);
}

test("a person's inbox holds what they may decide, by name or by group, and all of it is shown to who manages (X1)", async () => {
  const { runtime, asks } = office({ ask: { approvers: ['ann', 'finance'] } });
  const { thread } = await asks();
  expect(await shown(runtime, { principal: 'ann' })).toEqual([thread]);
  expect(await shown(runtime, { principal: 'bob', groups: ['finance'] })).toEqual([thread]);
  expect(await shown(runtime, { principal: 'bob' })).toEqual([]);
  expect(await shown(runtime, {})).toEqual([]);
  expect(await shown(runtime, { principal: 'bob', manage: true })).toEqual([thread]);
  expect(await runtime.inbox({ tenant: 'rival', principal: 'ann', manage: true })).toEqual({ items: [] });
});

test('the owner of a thread has said what nobody else signed, and may not approve what follows from it (D7)', async () => {
  const { runtime, asks } = office({ ask: { notBy: 'requester' } });
  const own = await asks('ann');
  const bobs = await asks('ann', 'bob');
  expect((await runtime.read(own))?.messages[0]?.author).toBe('ann');
  expect(await shown(runtime, { principal: 'ann' })).toEqual([bobs.thread]);
  expect(await shown(runtime, { principal: 'bob' })).toEqual([own.thread]);
  const { call } = (await runtime.inbox({ ...own, principal: 'bob' })).items[0]!;
  const decide = (by: string) => runtime.decide(own, { call: call.id, decision: approve, by });
  expect(await decide('ann')).toMatchObject({ type: 'forbidden', reason: 'whoever asked for it may not approve it' });
  expect(await decide('bob')).toMatchObject({ type: 'applied', call: { state: 'approved' } });
});

test('when a part of what is required is met, the inbox shows what is still required, to those who may (D4, X1)', async () => {
  const finance: Verdict = { ask: { reason: 'money', approvers: ['finance'] } };
  const pay = tool({ description: 'pays', input: z.object({}), effect: 'once', policy: finance, run: () => 'paid' });
  const model = scripted([{ calls: [{ name: 'pay', input: {} }] }, 'done'], { turnBy: 'answers' });
  const policy = (): Verdict => ({ ask: { reason: 'abroad', approvers: ['security'] } });
  const chat = createChat({ model, tools: { pay }, policy });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false });
  open.push(runtime);
  const key = await runtime.threads.create({ tenant });
  await runtime.send(key, 'pay');
  await runtime.tick({ budget: 0 });
  const [ann, bob] = [
    { by: 'ann', groups: ['finance'] },
    { by: 'bob', groups: ['security'] },
  ];
  const of = async ({ by, groups }: typeof ann) => (await runtime.inbox({ tenant, principal: by, groups })).items;
  const reasons = async (who: typeof ann) =>
    (await of(who)).map(({ required }) => required.map(({ reason }) => reason));
  expect((await reasons(ann))[0]?.toSorted()).toEqual(['abroad', 'money']);
  const { id } = (await of(ann))[0]!.call;
  const first = await runtime.decide(key, { call: id, decision: approve, ...ann });
  expect(first).toMatchObject({ type: 'applied', call: { state: 'awaiting-approval' } });
  expect([await reasons(ann), await reasons(bob)]).toEqual([[], [['abroad']]]);
  expect(await runtime.decide(key, { call: id, decision: approve, ...ann })).toMatchObject({ type: 'already' });
  const second = await runtime.decide(key, { call: id, decision: approve, ...bob });
  expect(second).toMatchObject({ type: 'applied', call: { state: 'approved' } });
  expect(await of(bob)).toEqual([]);
});

test('a question of a tool stands in the inbox of whoever speaks with the model (D7)', async () => {
  const model = scripted([{ calls: [{ name: 'ask', input: { question: 'Aisle?' } }] }, 'done'], { turnBy: 'answers' });
  const chat = createChat({ model, tools: { ask: askPerson() } });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false });
  open.push(runtime);
  const key = await runtime.threads.create({ tenant, owner: 'ann' });
  await runtime.send(key, 'a seat');
  await runtime.tick({ budget: 0 });
  expect(await shown(runtime, { principal: 'ann' })).toEqual([key.thread]);
  expect(await shown(runtime, { principal: 'bob' })).toEqual([]);
});

test('a page of an inbox is full as long as there is more, past calls to which others have to agree too (D4, X1)', async () => {
  const { runtime, asks } = office({ ask: { approvers: ['finance'], quorum: 2 } });
  const who = { principal: 'bob', groups: ['finance'] };
  const keys = [await asks(), await asks(), await asks(), await asks()];
  for (const key of keys.slice(0, 3)) {
    const { items } = await runtime.inbox({ tenant, thread: key.thread, manage: true });
    await runtime.decide(key, { call: items[0]!.call.id, decision: approve, by: 'bob', groups: ['finance'] });
  }
  const page = await runtime.inbox({ tenant, ...who, limit: 1 });
  expect(page.items.map(({ thread }) => thread.thread)).toEqual([keys[3]!.thread]);
  expect(await shown(runtime, { ...who, principal: 'kim', limit: 2 })).toHaveLength(2);
});
