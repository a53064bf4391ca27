import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import type { Limits } from '../chat/limits.ts';
import type { AnyTool } from '../chat/tool.ts';
import type { FilePart } from '../conversation/content.ts';
import type { Decision } from '../conversation/decision.ts';
import type { ToolCall } from '../conversation/tool-call.ts';
import { memoryStore } from '../store/memory/index.ts';
import { scripted } from '../testing/scripted.ts';
import { usualLimits } from './limits.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './index.ts';

const key = { tenant: 'acme', thread: 't1' };
const limits: Limits = { input: 300, result: 400, file: 60, event: 200 };

async function runtimeOf(pay: Partial<AnyTool> = {}, input: object = {}): Promise<Runtime> {
  const tools = { pay: { ...tool({ description: 'pays', run: () => 'paid' }), ...pay } };
  const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: input as never }] }, 'Done.']), tools });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false, limits });
  await runtime.threads.create(key);
  return runtime;
}

async function callOf(runtime: Runtime): Promise<ToolCall> {
  await runtime.send(key, 'Pay.');
  await runtime.tick({ budget: 0 });
  const parts = (await runtime.read(key))!.messages.flatMap((message) => message.parts);
  return parts.find((part) => part.type === 'tool')!.call;
}

function file(size: number): FilePart {
  const data = Buffer.alloc(size).toString('base64');
  return { type: 'file', mediaType: 'image/png', name: 'a.png', source: { type: 'base64', data } };
}

test('what holds where nothing else is said (S9)', () => {
  expect(usualLimits).toEqual({ input: 262_144, result: 4_194_304, file: 20_971_520, event: 65_536 });
});

test.each([
  ['words', 'x'.repeat(297), {}, 'its words have 301 bytes, and the limit `input` is 300'],
  ['words of more bytes than letters', 'é'.repeat(149), {}, 'its words have 302 bytes, and the limit `input` is 300'],
  ['a file', [file(61)], {}, 'the file "a.png" has 61 bytes, and the limit `file` is 60'],
  [
    'metadata',
    'hi',
    { metadata: { a: 'x'.repeat(200) } },
    'what stands beside its words has 226 bytes, and the limit `event` is 200',
  ],
] as const)(
  '%s that are too large are refused with a code, the limit and the size (S9)',
  async (_, said, more, why) => {
    await using runtime = await runtimeOf();
    const message = `Saying something in thread t1: ${why}.`;
    await expect(runtime.send(key, said, more)).rejects.toMatchObject({ code: 'invalid-request', message });
    expect((await runtime.read(key))!.messages).toEqual([]);
  },
);

test('what is as large as it may be is taken (S9)', async () => {
  await using runtime = await runtimeOf();
  await runtime.send(key, [file(60), { type: 'text', text: 'x'.repeat(296) }]);
  expect((await runtime.read(key))!.messages).toHaveLength(1);
});

test.each<[string, Decision, string]>([
  ['an input', { type: 'approve', input: 'x'.repeat(299) }, 'its input has 301 bytes, and the limit `input` is 300'],
  ['an output', { type: 'answer', output: 'x'.repeat(399) }, 'its output has 401 bytes, and the limit `result` is 400'],
  [
    'a reason',
    { type: 'reject', reason: 'x'.repeat(200) },
    'what stands beside has 229 bytes, and the limit `event` is 200',
  ],
])('%s of a decision that is too large is refused with a code, and decides nothing (S9)', async (_, decision, why) => {
  await using runtime = await runtimeOf();
  const { id } = await callOf(runtime);
  const message = `Deciding about pay (${id}): ${why}.`;
  const decided = runtime.decide(key, { call: id, decision, by: 'ann' });
  await expect(decided).rejects.toMatchObject({ code: 'invalid-request', message });
  const { items } = await runtime.inbox({ tenant: 'acme' });
  expect(items[0]!.call).toMatchObject({ revision: 2, state: 'awaiting-approval' });
});

test('arguments of a model that are too long fail their call, which is told to it (S9)', async () => {
  await using runtime = await runtimeOf({ policy: 'allow' }, { text: 'x'.repeat(300) });
  const reason = 'the input of pay is not valid: the arguments are longer than 300 characters';
  expect(await callOf(runtime)).toMatchObject({ state: 'failed', reason, outcome: 'none' });
});

test('a result that is too large is no failure: a note stands in its place (S9, E6)', async () => {
  const text = 'é'.repeat(201);
  await using runtime = await runtimeOf({ policy: 'allow', run: () => text });
  const output = { note: 'result not storable', preview: text };
  expect(await callOf(runtime)).toMatchObject({ state: 'completed', output });
});

test('what a tool tells while it runs is limited in the same way (S9, E6)', async () => {
  const data = { text: 'x'.repeat(200) };
  await using runtime = await runtimeOf({
    policy: 'allow',
    run: (_: unknown, { emit }: { emit: (name: string, data: object) => void }) => emit('chart', data),
  } as never);
  await callOf(runtime);
  const parts = (await runtime.read(key))!.messages.flatMap((message) => message.parts);
  const told = parts.find((part) => part.type === 'data');
  expect(told).toMatchObject({ data: { note: 'result not storable', preview: JSON.stringify(data) } });
});

test('a tool’s own limits come before (S9)', async () => {
  const text = 'x'.repeat(500);
  await using runtime = await runtimeOf(
    { policy: 'allow', maxOutputBytes: 600, maxInputLength: 600, run: () => text },
    { text },
  );
  expect(await callOf(runtime)).toMatchObject({ state: 'completed', output: text });
});

test('a limit that is given as undefined is the usual one, and not one that nothing keeps (S9)', async () => {
  const none = { input: undefined, result: undefined, file: undefined, event: undefined };
  const chat = createChat({ model: scripted(['Hello.']) });
  const runtime = createRuntime({ chat, store: memoryStore(), work: false, limits: none as never });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'hi');
  await expect(runtime.send(key, 'x'.repeat(300 * 1024))).rejects.toMatchObject({ code: 'invalid-request' });
});

test('a runtime that is to look never does not look all the time, and one that waits for ever when it closes does', async () => {
  const store = memoryStore();
  const claim = vi.spyOn(store, 'claim');
  const started = Promise.withResolvers<void>();
  const pay = tool({
    description: 'pays',
    input: z.object({}),
    policy: 'allow',
    async run() {
      started.resolve();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return 'paid';
    },
  });
  const chat = createChat({ model: scripted([{ calls: [{ name: 'pay', input: {} }] }, 'Paid.']), tools: { pay } });
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const runtime = createRuntime({ chat, store, sweep: Infinity, closing: Infinity, onError });
  const key = await runtime.threads.create({ tenant: 'acme' });
  await runtime.send(key, 'pay');
  await started.promise;
  // As long as a timer takes that goes off at once, many times over.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(claim.mock.calls.length).toBeLessThan(5);
  await runtime.close();
  expect(errors).toEqual([]);
});
