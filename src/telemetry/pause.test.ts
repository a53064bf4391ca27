import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Recorded } from '../../test/telemetry/recorded.ts';
import { createChat } from '../chat/chat.ts';
import { tool, waitFor } from '../chat/tool.ts';
import type { AnyTool } from '../chat/tool.ts';
import type { ChatPolicy } from '../chat/policy.ts';
import type { Chat } from '../chat/types.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { createRuntime } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { memoryStore } from '../store/memory/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import type { Store } from '../store/store.ts';
import type { ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import { testClock } from '../testing/test-clock.ts';
import { traced } from './traced.ts';

const recorded = new Recorded();
beforeAll(() => recorded.install());
beforeEach(async () => {
  recorded.clear();
  await recorded.measured('');
});
afterAll(() => recorded.uninstall());

const refund = tool({
  description: 'refunds',
  effect: 'once',
  policy: () => ({ ask: { reason: 'over 50', risk: 'money' } }),
  run: () => 'refunded',
});

/** A chat whose model calls the tool, and says that it is done; made anew, as in another process. */
function asking(given: AnyTool = refund, policy: ChatPolicy<unknown, ToolCall> = () => 'allow'): Chat {
  const model = scripted([{ calls: [{ name: 'refund', input: {} }] }, 'Done.'], { turnBy: 'answers' });
  return traced(createChat({ model, tools: { refund: given }, policy, onError: () => {} }), {
    agent: 'shop',
  }) as unknown as Chat;
}

function saying(now: () => number): Conversation {
  const conversation = new Conversation({ id: 'c-1', now });
  conversation.say('Refund it');
  return conversation;
}

function waits(): ReturnType<Recorded['measured']> {
  return recorded.measured('yourcall.approval.wait');
}

function traceOf(index: number): string | undefined {
  return recorded.spans[index]?.spanContext().traceId;
}

test('no span is open while a person is awaited, and the resumed run links to the paused one (L3)', async () => {
  const clock = testClock(1_000);
  const conversation = saying(clock.now);
  await asking().complete(conversation);
  expect(recorded.tree()).toEqual(['invoke_agent shop', '  chat script']);
  const [paused] = recorded.spans;
  expect(paused).toMatchObject({ ended: true, status: { code: SpanStatusCode.UNSET } });
  expect(paused?.attributes).toMatchObject({ 'yourcall.run.outcome': 'paused', 'yourcall.run.waiting': 1 });

  clock.advance(90_000);
  const later = Conversation.parse(JSON.stringify(conversation), { now: clock.now });
  const chat = asking();
  const call = chat.waiting(later).approvals[0]!;
  await chat.decide(later, call.id, { type: 'approve' }, { by: 'ann' });
  await chat.complete(later);
  expect(recorded.tree()).toEqual([
    'invoke_agent shop',
    '  chat script',
    'decide refund',
    'invoke_agent shop',
    '  execute_tool refund',
    '  chat script',
  ]);
  expect(recorded.linked(recorded.spans[2])).toEqual([0]);
  expect(recorded.linked(recorded.spans[3])).toEqual([0]);
  expect(recorded.spans[3]?.links[0]?.context).toMatchObject({ traceId: traceOf(0), isRemote: true, traceFlags: 1 });
  expect(traceOf(3)).not.toBe(traceOf(0));
  const approval = {
    'yourcall.approval.id': call.id,
    'yourcall.approval.decision': 'approve',
    'yourcall.approval.decided_by': 'ann',
    'yourcall.approval.wait_ms': 90_000,
    'yourcall.approval.risk': 'money',
  };
  const about = { 'gen_ai.tool.name': 'refund', 'yourcall.call.state': 'approved' };
  expect(recorded.spans[2]?.attributes).toEqual({
    'gen_ai.conversation.id': 'c-1',
    'gen_ai.agent.name': 'shop',
    'gen_ai.tool.call.id': call.id,
    'yourcall.approval.answer': 'applied',
    ...about,
    ...approval,
  });
  expect(recorded.named('execute_tool refund')[0]?.attributes).toMatchObject(approval);
  expect(recorded.spans[3]?.events).toMatchObject([
    { name: 'yourcall.approval', attributes: { ...about, ...approval } },
  ]);
  expect(paused?.events).toMatchObject([
    {
      name: 'yourcall.approval',
      attributes: { 'yourcall.approval.decision': 'ask', 'yourcall.approval.decided_by': 'policy' },
    },
  ]);
  expect(await waits()).toEqual([
    { attributes: { 'gen_ai.tool.name': 'refund', 'yourcall.approval.decision': 'approve' }, count: 1, sum: 90 },
  ]);
  expect(later.run.traces).toBeUndefined();
});

test('a word that is said instead of a decision goes on with the paused run too', async () => {
  const conversation = saying(() => 1);
  await asking().complete(conversation);
  conversation.say('And?');
  await asking().complete(conversation);
  expect(recorded.linked(recorded.named('invoke_agent shop')[1])).toEqual([0]);
});

test('a snooze and a decision of several wait on; the last word ends the wait (D4)', async () => {
  const clock = testClock(0);
  const two = tool({ ...refund, policy: () => ({ ask: { approvers: ['ann'] } }) });
  const conversation = saying(clock.now);
  const chat = asking(two, () => ({ ask: { approvers: ['bob'] } }));
  await chat.complete(conversation);
  const { id } = chat.waiting(conversation).approvals[0]!;
  clock.advance(1_000);
  await chat.decide(conversation, id, { type: 'snooze', until: new Date(60_000).toISOString() }, { by: 'ann' });
  clock.advance(1_000);
  await chat.decide(conversation, id, { type: 'approve' }, { by: 'ann' });
  expect(await waits()).toEqual([]);
  clock.advance(1_000);
  await chat.decide(conversation, id, { type: 'approve' }, { by: 'bob' });
  await chat.decide(conversation, id, { type: 'reject' }, { by: 'ann' });
  expect(await waits()).toMatchObject([{ count: 1, sum: 3 }]);
  const answers = recorded.named('decide refund').map(({ attributes }) => attributes['yourcall.approval.answer']);
  expect(answers).toEqual(['applied', 'applied', 'applied', 'already']);
});

test('an approval that expires was waited for, a result from elsewhere that does not come was not (S2)', async () => {
  const clock = testClock(0);
  const expiring = tool({ ...refund, policy: () => ({ ask: { expiresIn: 5_000 } }) });
  const conversation = saying(clock.now);
  await asking(expiring).complete(conversation);
  clock.advance(8_000);
  await asking(expiring).complete(conversation);
  expect(recorded.named('invoke_agent shop')[1]?.events).toMatchObject([
    { attributes: { 'yourcall.approval.decision': 'expired', 'yourcall.approval.decided_by': 'policy' } },
  ]);
  expect(await waits()).toEqual([
    { attributes: { 'gen_ai.tool.name': 'refund', 'yourcall.approval.decision': 'expired' }, count: 1, sum: 8 },
  ]);
  const elsewhere = tool({ description: 'elsewhere', policy: () => 'ask', expiresIn: 5_000 });
  const other = saying(clock.now);
  const chat = asking(elsewhere);
  await chat.complete(other);
  await chat.decide(other, chat.waiting(other).approvals[0]!.id, { type: 'approve' });
  await chat.complete(other);
  await waits();
  clock.advance(8_000);
  await chat.complete(other);
  expect(await waits()).toEqual([]);
  const answered = saying(clock.now);
  await chat.complete(answered);
  await chat.decide(answered, chat.waiting(answered).approvals[0]!.id, { type: 'approve' });
  await chat.complete(answered);
  await waits();
  await chat.decide(answered, answered.unsettled[0]!.id, { type: 'answer', output: 'it came' });
  expect(await waits()).toEqual([]);
});

test('what is asked anew is not what was decided before: the wait begins again (C1)', async () => {
  const clock = testClock(0);
  const conversation = saying(clock.now);
  const [before, changed] = [asking(), asking({ ...refund, input: z.object({ to: z.string().default('ann') }) })];
  await before.complete(conversation);
  const { id } = conversation.unsettled[0]!;
  await before.decide(conversation, id, { type: 'approve' }, { by: 'ann' });
  clock.advance(10_000);
  await changed.complete(conversation);
  expect(recorded.named('invoke_agent shop')[1]?.events.at(-1)?.attributes).toMatchObject({
    'yourcall.call.state': 'awaiting-approval',
    'yourcall.approval.decision': 'ask',
    'yourcall.approval.decided_by': 'policy',
  });
  clock.advance(4_000);
  await waits();
  await changed.decide(conversation, id, { type: 'approve' }, { by: 'bob' });
  expect(await waits()).toMatchObject([{ count: 1, sum: 4 }]);
});

test('what is done to decide stands under the decision: policies see an edit again (D6)', async () => {
  const policy = (): 'ask' => {
    trace.getTracer('t').startSpan('policy').end();
    return 'ask';
  };
  const conversation = saying(() => 1);
  const chat = asking(tool({ ...refund, policy }));
  await chat.complete(conversation);
  recorded.clear();
  await chat.decide(conversation, conversation.unsettled[0]!.id, { type: 'approve', input: {} }, { by: 'ann' });
  expect(recorded.tree()).toEqual(['decide refund', '  policy']);
});

test('a decision that cannot be taken says why by its class, and is thrown as it is', async () => {
  const conversation = saying(() => 1);
  const chat = asking();
  await chat.complete(conversation);
  const commit = async (): Promise<void> => {
    throw new TypeError('secret');
  };
  const { id } = conversation.unsettled[0]!;
  await expect(chat.decide(conversation, id, { type: 'approve' }, { commit })).rejects.toThrow('secret');
  expect(recorded.tree().at(-1)).toBe('decide refund !fenced');
});

test('a question of a tool is waited for, and its answer runs the tool again under a span of its own (C3)', async () => {
  const clock = testClock(0);
  const asks = tool({
    description: 'asks',
    policy: () => 'allow',
    run: (_, { answer }) => answer ?? waitFor({ question: 'Which one?' }),
  });
  const conversation = saying(clock.now);
  const chat = asking(asks);
  await chat.complete(conversation);
  clock.advance(7_000);
  await chat.decide(conversation, conversation.unsettled[0]!.id, { type: 'answer', output: 'this' }, { by: 'ann' });
  await chat.complete(conversation);
  expect(await waits()).toMatchObject([{ count: 1, sum: 7 }]);
  const attempts = recorded.named('execute_tool refund').map(({ attributes }) => attributes);
  expect(attempts).toMatchObject([
    { 'yourcall.tool.attempt': 1, 'yourcall.approval.decision': 'allow' },
    { 'yourcall.tool.attempt': 2, 'yourcall.approval.decision': 'answer', 'yourcall.approval.decided_by': 'ann' },
  ]);
});

test('a call in doubt is told, and how long it took until somebody knew is measured (E2)', async () => {
  const clock = testClock(0);
  const broken = tool({ ...refund, policy: () => 'allow', timeout: 1, run: () => new Promise(() => {}) });
  const conversation = saying(clock.now);
  const chat = asking(broken);
  await chat.complete(conversation);
  expect(recorded.tree()).toEqual(['invoke_agent shop', '  chat script', '  execute_tool refund !in-doubt']);
  expect(recorded.spans[0]?.events.map(({ name }) => name)).toEqual(['yourcall.in_doubt']);
  clock.advance(30_000);
  await chat.decide(
    conversation,
    conversation.unsettled[0]!.id,
    { type: 'happened', output: 'refunded' },
    { by: 'ann' },
  );
  expect(await waits()).toEqual([
    { attributes: { 'gen_ai.tool.name': 'refund', 'yourcall.approval.decision': 'happened' }, count: 1, sum: 30 },
  ]);
  expect(recorded.spans.at(-1)?.attributes).toMatchObject({
    'yourcall.approval.decision': 'happened',
    'yourcall.approval.wait_ms': 30_000,
    'yourcall.call.state': 'completed',
  });
});

/** One machine after the other on the same threads. */
function machine(store: Store, given?: AnyTool): Runtime {
  return createRuntime({ chat: asking(given), store, work: false, onError: () => {} });
}

async function thread(runtime: Runtime): Promise<ThreadKey> {
  const key = await runtime.threads.create({ tenant: 'acme', thread: 't-1' });
  await runtime.send(key, 'Refund it');
  return key;
}

const stores = {
  memory: (now: () => number) => memoryStore({ now }),
  SQLite: (now: () => number) => sqliteStore(':memory:', { now }),
};

test.each(Object.entries(stores))(
  'a thread in %s that one machine paused and another one resumes: a link, and the wait',
  async (_, open) => {
    const clock = testClock(1_000_000);
    const store = open(clock.now);
    const one = machine(store);
    const key = await thread(one);
    await one.tick({ budget: 0 });
    await one.close();
    clock.advance(120_000);

    const other = machine(store);
    const { items } = await other.inbox({ tenant: 'acme' });
    await other.decide(key, { call: items[0]!.call.id, decision: { type: 'approve' }, by: 'bob' });
    await other.tick({ budget: 0 });
    await other.close();
    expect((await other.read(key))?.thread.status).toBe('done');
    expect(recorded.tree()).toEqual([
      'invoke_agent shop',
      '  chat script',
      'decide refund',
      'invoke_agent shop',
      '  execute_tool refund',
      '  chat script',
    ]);
    expect(recorded.linked(recorded.spans[2])).toEqual([0]);
    expect(recorded.linked(recorded.spans[3])).toEqual([0]);
    expect(recorded.spans.map(({ attributes }) => attributes['gen_ai.conversation.id'])).toEqual(
      recorded.spans.map(() => 't-1'),
    );
    expect(await waits()).toMatchObject([{ count: 1, sum: expect.closeTo(120, 0) }]);
  },
);

test('a thread whose machine died: the takeover links to the run that never ended, and its doubt is told (E1)', async () => {
  const clock = testClock(1_000_000);
  const store = memoryStore({ now: clock.now });
  const began = Promise.withResolvers<void>();
  const hanging = tool({
    ...refund,
    policy: () => 'allow',
    run: (_, { signal }) => {
      began.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  });
  const dead = machine(store, hanging);
  const key = await thread(dead);
  const dying = dead.tick({ budget: 0 });
  await began.promise;
  clock.advance(600_000);

  const other = machine(store, tool({ ...hanging, run: () => 'refunded' }));
  await other.tick({ budget: 0 });
  const { items } = await other.inbox({ tenant: 'acme' });
  clock.advance(60_000);
  await other.decide(key, { call: items[0]!.call.id, decision: { type: 'run-again' }, by: 'bob' });
  await other.tick({ budget: 0 });
  await other.close();
  expect((await other.read(key))?.thread.status).toBe('done');
  expect(recorded.tree()).toEqual([
    'invoke_agent shop (open)',
    '  chat script',
    '  execute_tool refund (open)',
    'invoke_agent shop',
    'decide refund',
    'invoke_agent shop',
    '  execute_tool refund',
    '  chat script',
  ]);
  const runs = recorded.named('invoke_agent shop');
  expect(runs.map((span) => recorded.linked(span))).toEqual([[], [0], [3]]);
  expect(runs[1]?.events.map(({ name }) => name)).toEqual(['yourcall.in_doubt']);
  expect(recorded.named('execute_tool refund')[1]?.attributes).toMatchObject({
    'yourcall.tool.attempt': 2,
    'yourcall.approval.decision': 'run-again',
  });
  expect(await waits()).toMatchObject([
    { attributes: { 'yourcall.approval.decision': 'run-again' }, count: 1, sum: expect.closeTo(60, 0) },
  ]);
  await dead.close();
  await dying;
});

test('however often a run dies, the next one links to the last eight and to the one that paused', async () => {
  const conversation = saying(() => 1);
  await asking().complete(conversation);
  const paused = conversation.run.traces!;
  expect(paused).toHaveLength(1);
  for (let number = 1; number <= 9; number += 1) {
    conversation.apply({ type: 'trace', trace: `00-${`${number}`.repeat(32)}-${`${number}`.repeat(16)}-01` });
  }
  expect(conversation.run.traces).toHaveLength(8);
  await asking().complete(conversation);
  expect(recorded.spans.at(-1)?.links.map(({ context: { spanId } }) => spanId[0])).toEqual([...'23456789']);
});

test('names of traces that are none are left out, and a list that is none is refused', () => {
  const conversation = saying(() => 1);
  conversation.apply({ type: 'trace', trace: 'mine' });
  expect(Conversation.parse(JSON.stringify(conversation)).run.traces).toEqual(['mine']);
  const broken = JSON.stringify(conversation).replace('["mine"]', '[1]');
  expect(() => Conversation.parse(broken)).toThrow('`run.traces` is not a list of texts');
});
