import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool, waitFor } from '../chat/tool.ts';
import type { AnyTool, ToolContext, ToolSet } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Thread, ThreadKey } from '../store/thread.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { askChat, createRuntime } from './index.ts';
import type { Runtime } from './index.ts';

const tenant = 'acme';

/** A chat that plays its turns by what it is asked, in whatever thread. */
function playing(turns: readonly ScriptedTurn[], tools: ToolSet = {}) {
  const model = scripted(turns, { turnBy: 'answers' });
  return { model, chat: createChat({ model, tools }) };
}

/** A word, a call of the research chat, and what is said of its answer. */
const asking: readonly ScriptedTurn[] = [{ calls: [{ name: 'research', input: { task: 'Find it' } }] }, 'So it is.'];

function pay(run: AnyTool['run'] & object): AnyTool {
  return tool({ description: 'Pay', input: z.object({}), effect: 'once', policy: 'ask', run });
}

const paying: readonly ScriptedTurn[] = [{ calls: [{ name: 'pay', input: {} }] }, 'Paid.'];

/** An office whose chat asks another one, and threads that are advanced when they are told to. */
async function office({ boss = asking, research, tools, paid = () => 1, child = paying }: Scene = {}) {
  const outer = playing(boss, tools ?? { research: research ?? askChat('research', 'Research') });
  const inner = playing(child, { pay: pay(paid) });
  const store = memoryStore();
  const chat = { default: outer.chat, research: inner.chat };
  const runtime = createRuntime({ chat, store, work: false, onError: (error) => expect.fail(String(error)) });
  const key = await runtime.threads.create({ tenant, owner: 'ann' });
  await runtime.send(key, 'Go', { author: 'ann' });
  return { runtime, store, key, outer: outer.model, inner: inner.model };
}

interface Scene {
  readonly boss?: readonly ScriptedTurn[];
  readonly child?: readonly ScriptedTurn[];
  readonly research?: AnyTool;
  readonly tools?: ToolSet;
  readonly paid?: AnyTool['run'] & object;
}

/** Advances everything that is due; ten threads are more than there are. */
async function settle(runtime: Runtime): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) if ((await runtime.tick({ budget: 50 })) === 0) return;
  throw new Error('something is always due');
}

async function callsIn(runtime: Runtime, key: ThreadKey): Promise<readonly ToolCall[]> {
  const { messages = [] } = (await runtime.read(key)) ?? {};
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
}

async function statesIn(runtime: Runtime, key: ThreadKey): Promise<readonly string[]> {
  return (await callsIn(runtime, key)).map(({ name, state }) => `${name} ${state}`);
}

async function childrenOf(runtime: Runtime, { thread }: ThreadKey): Promise<readonly Thread[]> {
  return (await runtime.threads.list({ tenant, within: thread })).items;
}

/** The thread that answers the only call. */
async function onlyChild(scene: Awaited<ReturnType<typeof office>>): Promise<Thread> {
  await settle(scene.runtime);
  const [child] = await childrenOf(scene.runtime, scene.key);
  return child!;
}

test('a chat works for another one in a thread of its own; what it asks people is in the inbox, and its answer is the result (C3)', async () => {
  const paid: string[] = [];
  const scene = await office({ paid: () => paid.push('paid') });
  const { runtime, key, outer, inner } = scene;
  await settle(runtime);
  expect(await statesIn(runtime, key)).toEqual(['research awaiting-result']);
  const [call] = await callsIn(runtime, key);
  const { items } = await runtime.inbox({ tenant, principal: 'ann' });
  expect(items.map(({ call: { name }, thread }) => [name, thread.chat, thread.owner, thread.within])).toEqual([
    ['pay', 'research', 'ann', [{ thread: key.thread, call: call!.id }]],
  ]);
  const { thread, call: asked } = items[0]!;
  expect(await runtime.decide(thread, { call: asked.id, decision: { type: 'approve' }, by: 'ann' })).toMatchObject({
    type: 'applied',
  });
  await settle(runtime);
  expect([await statesIn(runtime, key), paid, inner.heard[0]]).toEqual([
    ['research completed'],
    ['paid'],
    ['user: Find it'],
  ]);
  expect(outer.heard.at(-1)?.at(-1)).toContain('→ Paid.');
  const usages = await Promise.all([key, thread].map(async (one) => (await runtime.read(one))!.run.usage));
  // Two calls of the model above, and two below, which count above too (rule L5).
  expect(usages.map(({ input, output }) => [input, output])).toEqual([
    [40, 20],
    [20, 10],
  ]);
  expect((await runtime.read(key))?.thread.status).toBe('done');
});

test('what a thread answers is shown as its tool says, and has to fit its output (C3)', async () => {
  const task = waitFor({ thread: { chat: 'research', say: 'Go' } }) as string;
  const shown = tool({ description: 'R', policy: 'allow', run: () => task, present: (text) => `“${text}”` });
  const good = await office({ research: shown, child: ['Forty-two.'] });
  await settle(good.runtime);
  expect(good.outer.heard.at(-1)?.at(-1)).toContain('“Forty-two.”');
  const strict = tool({ description: 'R', policy: 'allow', output: z.number(), run: () => task as never });
  const bad = await office({ research: strict, child: ['Forty-two.'] });
  await settle(bad.runtime);
  expect(await callsIn(bad.runtime, bad.key)).toMatchObject([{ state: 'failed', reason: /not valid/ }].map(matching));
});

function matching({ reason, ...rest }: { readonly state: string; readonly reason: RegExp }) {
  return { ...rest, reason: expect.stringMatching(reason) as unknown };
}

test.each([
  ['there is no such chat', { chat: 'nobody', say: 'Go' }, /no chat named "nobody"/],
  ['it would be told nothing', { chat: 'research', say: '' }, /nothing that its thread would be told/],
  ['it would be told too much', { chat: 'research', say: 'x'.repeat(300_000) }, /300000 bytes/],
])('a call is not handed out where %s (C3)', async (_, thread, reason) => {
  const research = tool({ description: 'R', policy: 'allow', effect: 'read', run: () => waitFor({ thread }) });
  const scene = await office({ research });
  await settle(scene.runtime);
  expect(await callsIn(scene.runtime, scene.key)).toMatchObject([{ state: 'failed', reason }].map(matching));
  expect(await childrenOf(scene.runtime, scene.key)).toEqual([]);
});

test('threads are opened four deep and no deeper, and all come to an end (C3)', async () => {
  const store = memoryStore();
  const model = scripted(
    [{ calls: [{ name: 'deeper', input: { task: 'Go deeper' } }] }, 'Here.'], //
    { turnBy: 'answers' },
  );
  const chat = createChat({ model, tools: { deeper: askChat('default', 'Deeper') } });
  const runtime = createRuntime({ chat, store, work: false, onError: (error) => expect.fail(String(error)) });
  const key = await runtime.threads.create({ tenant });
  await runtime.send(key, 'Go');
  await settle(runtime);
  const threads = await childrenOf(runtime, key);
  expect(threads.map(({ within }) => within?.length).toSorted()).toEqual([1, 2, 3, 4]);
  const states = await Promise.all([key, ...threads].map((one) => statesIn(runtime, one)));
  expect(states.flat().toSorted()).toEqual([...Array(4).fill('deeper completed'), 'deeper failed']);
});

test('a thread that fails fails the call, and the model goes on (C3)', async () => {
  const scene = await office({ child: [] });
  const { runtime, key } = scene;
  await settle(runtime);
  expect(await callsIn(runtime, key)).toMatchObject([{ state: 'failed', reason: /its thread failed: / }].map(matching));
  expect((await runtime.read(key))?.thread.status).toBe('done');
});

test('without a runtime a call that would be handed out fails (C3)', async () => {
  const model = scripted(asking, { turnBy: 'answers' });
  const chat = createChat({ model, tools: { research: askChat('research', 'Research') } });
  const conversation = new Conversation();
  conversation.say('Go');
  await chat.complete(conversation);
  expect(model.heard.at(-1)?.at(-1)).toContain('needs a runtime');
});

test('a person may reject such a call and not answer it; then its thread is ended (C3, E7)', async () => {
  const scene = await office();
  const { runtime, key } = scene;
  const child = await onlyChild(scene);
  const [call] = await callsIn(runtime, key);
  const decide = (decision: { type: 'answer'; output: string } | { type: 'reject' }) =>
    runtime.decide(key, { call: call!.id, decision, by: 'ann' });
  expect(await decide({ type: 'answer', output: 'Me' })).toMatchObject({ type: 'forbidden' });
  expect(await decide({ type: 'reject' })).toMatchObject({ type: 'applied' });
  await settle(runtime);
  expect([await statesIn(runtime, key), await statesIn(runtime, child)]).toEqual([
    ['research rejected'],
    ['pay cancelled'],
  ]);
  expect((await runtime.read(child))?.thread).toMatchObject({ status: 'failed', error: 'aborted' });
  expect((await runtime.inbox({ tenant, principal: 'ann', manage: true })).items).toEqual([]);
});

test.each([{ calls: false }, { calls: true }])(
  'a stop goes down to what waits in threads below (C3, E7): %j',
  async (how) => {
    const scene = await office();
    const { runtime, key } = scene;
    const child = await onlyChild(scene);
    expect(await runtime.cancel(key, how)).toBe(true);
    await settle(runtime);
    expect(await callsIn(runtime, child)).toMatchObject([{ state: 'cancelled', by: 'parent' }]);
    expect([await statesIn(runtime, key), (await runtime.read(key))?.thread.error]).toEqual([
      ['research cancelled'],
      'aborted',
    ]);
    expect(await runtime.cancel(key, how)).toBe(false);
  },
);

test('a thread whose answer was waited for in vain is ended (C3, S2)', async () => {
  const thread = { chat: 'research', say: 'Go' };
  const research = tool({ description: 'R', policy: 'allow', run: () => waitFor({ thread, expiresIn: 20 }) });
  const scene = await office({ research });
  const child = await onlyChild(scene);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await settle(scene.runtime);
  expect(await callsIn(scene.runtime, scene.key)).toMatchObject([{ state: 'denied', by: 'expired' }]);
  expect(await statesIn(scene.runtime, child)).toEqual(['pay cancelled']);
});

test('an answer that is withdrawn takes the threads of its calls along (C3, D8)', async () => {
  const scene = await office();
  const { runtime, key } = scene;
  const child = await onlyChild(scene);
  const message = (await runtime.read(key))!.messages[1]!.id;
  expect(await runtime.rewind(key, { message })).toMatchObject({ type: 'refused' });
  expect(await runtime.rewind(key, { message, force: true, by: 'ann' })).toMatchObject({ type: 'rewound' });
  await settle(runtime);
  expect(await callsIn(runtime, child)).toMatchObject([{ state: 'cancelled', by: 'parent' }]);
});

test('what is said in a thread whose answer was given is not worked on (C3)', async () => {
  const scene = await office({ child: ['Forty-two.', 'More.'] });
  const child = await onlyChild(scene);
  expect((await scene.runtime.read(scene.key))?.thread.status).toBe('done');
  await scene.runtime.send(child, 'And more?');
  await settle(scene.runtime);
  expect((await scene.runtime.read(child))?.thread).toMatchObject({ status: 'failed', error: 'aborted' });
  expect(scene.inner.requests).toHaveLength(1);
});

/** Waits for something that happens soon. */
async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
}

test('a stop reaches a tool that runs in a thread below (C3, E7)', async () => {
  let stopped: unknown;
  const never = (_: unknown, { signal }: ToolContext): Promise<unknown> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve((stopped = 'stopped'))));
  const scene = await office({ paid: never });
  const { runtime, key } = scene;
  const child = await onlyChild(scene);
  const [call] = await callsIn(runtime, child);
  await runtime.decide(child, { call: call!.id, decision: { type: 'approve' }, by: 'ann' });
  const working = new AbortController();
  void runtime.work({ signal: working.signal });
  await until(async () => (await statesIn(runtime, child))[0] === 'pay running');
  expect(await runtime.cancel(key)).toBe(true);
  await until(async () => (await runtime.read(child))?.thread.error === 'aborted');
  expect([stopped, (await runtime.read(key))?.thread.error]).toEqual(['stopped', 'aborted']);
  working.abort();
});

test('an answer is taken up while another tool of the thread still runs (C3)', async () => {
  let finish!: (value: unknown) => void;
  const slow = tool({ description: 'S', policy: 'allow', run: () => new Promise((resolve) => (finish = resolve)) });
  const call = (name: string) => ({ name, input: name === 'slow' ? {} : { task: 'Find it' } });
  const boss: readonly ScriptedTurn[] = [{ calls: [call('slow'), call('research')] }, 'So it is.'];
  const scene = await office({ boss, child: ['Here.'], tools: { slow, research: askChat('research', 'Research') } });
  const { runtime, key } = scene;
  const working = new AbortController();
  void runtime.work({ signal: working.signal });
  await until(async () => (await statesIn(runtime, key)).join() === 'slow running,research completed');
  finish('slowly');
  await until(async () => (await runtime.read(key))?.thread.status === 'done');
  expect(await statesIn(runtime, key)).toEqual(['slow completed', 'research completed']);
  working.abort();
});
