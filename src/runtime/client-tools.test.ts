import { afterEach, expect, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { scoped, tool } from '../chat/tool.ts';
import type { ToolSet } from '../chat/tool.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import { scripted } from '../testing/scripted.ts';
import type { ScriptedTurn } from '../testing/scripted-turn.ts';
import { declaring, withClientTools } from './client-tools.ts';
import type { DurableChat } from './options.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';

const key = { tenant: 'acme', thread: 't' };
const budget = { budget: 5_000 };
const open: Runtime[] = [];
afterEach(async () => {
  for (const runtime of open.splice(0)) await runtime.close();
});

/** A process on a store, whose chat has these tools beside those that are declared. */
function machine(
  store: Store,
  script: readonly ScriptedTurn[],
  tools: (declared: ToolSet) => readonly ToolSet[],
): Runtime {
  const model = scripted(script, { turnBy: 'answers' });
  const chat = withClientTools((declared) => createChat({ model, tools: tools(declared) }) as DurableChat);
  const runtime = createRuntime({ chat, store, work: false });
  open.push(runtime);
  return runtime;
}

const called = async (runtime: Runtime) => {
  const { messages } = (await runtime.read(key))!;
  const [call] = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part.call] : [])));
  return call!;
};

const send = async (runtime: Runtime, word: string, ...names: readonly string[]): Promise<void> => {
  const declared = names.map((name) => ({ name, description: word, parameters: { type: 'object', title: word } }));
  const { messages } = (await runtime.read(key))!;
  await runtime.send(key, word, { metadata: declaring(declared, messages) });
};

test('a call that was made in one process is handed out and answered in others (C1, X2)', async () => {
  const store = memoryStore();
  const script: ScriptedTurn[] = [{ calls: [{ name: 'paint', input: { color: 'red' } }] }, 'It is red.'];
  const machines = [1, 2, 3].map(() => machine(store, script, (declared) => [scoped(declared, 'ask')]));
  const [one, two, three] = machines as [Runtime, Runtime, Runtime];
  await one.threads.create(key);
  await send(one, 'paint it', 'paint');
  await one.tick(budget);
  const { id: call } = await called(two);
  expect((await called(two)).state).toBe('awaiting-approval');
  // Meanwhile the page has become another one.
  await send(two, 'and then?', 'paint');
  await two.decide(key, { call, decision: { type: 'approve' }, by: 'kim' });
  await two.tick(budget);
  expect(await called(two)).toMatchObject({ state: 'awaiting-result', input: { color: 'red' } });
  await three.decide(key, { call, decision: { type: 'answer', output: 'painted' }, by: 'ann' });
  await three.tick(budget);
  expect(await called(one)).toMatchObject({ state: 'completed', output: 'painted' });
});

test.each(['before', 'after'])(
  'a call of a tool of ours, approved %s a client declares one of that name, is not handed out by a process that lacks ours (X2, D7)',
  async (when) => {
    const store = memoryStore();
    const script: ScriptedTurn[] = [{ calls: [{ name: 'refund', input: {} }] }, 'Done.'];
    const effects: string[] = [];
    const refund = tool({ description: 'refunds', effect: 'once', run: () => void effects.push('refund') });
    const whole = machine(store, script, (declared) => [{ refund }, declared]);
    const lacking = machine(store, script, (declared) => [declared]);
    await whole.threads.create(key);
    await whole.send(key, 'refund it');
    await whole.tick(budget);
    const { id: call } = await called(whole);
    const approve = () => lacking.decide(key, { call, decision: { type: 'approve' }, by: 'kim' });
    if (when === 'before') await approve();
    await send(lacking, 'it is mine', 'refund');
    if (when === 'after') await approve();
    await lacking.tick(budget);
    expect(await called(lacking)).toMatchObject({ state: 'awaiting-approval', because: 'tool-missing' });
    const answer = { type: 'answer', output: 'refunded' } as const;
    expect(effects).toEqual([]);
    // Once it is approved again where the tool is, that runs.
    await whole.decide(key, { call, decision: { type: 'approve' }, by: 'kim' });
    await whole.tick(budget);
    expect([(await called(whole)).state, effects]).toEqual(['completed', ['refund']]);
    expect(await lacking.decide(key, { call, decision: answer, by: 'ann' })).toMatchObject({ type: 'already' });
  },
);

test('whoever asks is told of the tools of the chat alone', async () => {
  const look = tool({ description: 'looks', effect: 'read', run: () => 'here' });
  const runtime = machine(memoryStore(), [], (declared) => [{ look }, declared]);
  await runtime.threads.create(key);
  await send(runtime, 'hi', 'paint');
  expect(runtime.tools('default').map(({ name }) => name)).toEqual(['look']);
});
