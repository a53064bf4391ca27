import { expect, test } from 'vitest';
import { dueTime } from '../../conversation/due-time.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { scripted } from '../../testing/scripted.ts';
import { createChat } from '../chat.ts';
import { plainSchema } from '../plain-schema.ts';
import type { Policy } from '../policy.ts';
import { tool, waitFor } from '../tool.ts';
import type { ToolOptions } from '../tool.ts';
import { drain, talk } from './kit.ts';

const input = plainSchema<{ readonly amount: number }>({ type: 'object' }, (value) => ({ value: value as never }));

/** A call of a tool, until its run ends; the conversation is what JSON holds of it. */
async function called(options: Partial<ToolOptions<{ readonly amount: number }, unknown, never>>, text = '{}') {
  const model = scripted([{ calls: [{ name: 'pay', input: text }] }, 'Done.']);
  const pay = tool({ description: 'Pays', input, policy: 'allow', ...options } as never);
  const chat = createChat({ model, tools: { pay }, onError: () => {} });
  const conversation = talk('Pay');
  const run = (): Promise<string[]> => drain(chat.stream(conversation));
  const seen = await run();
  const call = (): ToolCall => {
    const saved = JSON.parse(JSON.stringify(conversation)) as typeof conversation;
    const part = saved.messages[1]!.parts[0]!;
    if (part.type !== 'tool') throw new Error('there is no call');
    return part.call;
  };
  return { chat, conversation, run, seen, call };
}

const week = 604_800_000 / 11;

test('S2: whatever length of time is named, a call is due at a whole millisecond, which every store can hold', async () => {
  const ask = (expiresIn: unknown): Policy => ({ ask: { expiresIn: expiresIn as number } });
  for (const length of [week, 0.1, '1000.5', 1000n]) {
    const { call } = await called({ policy: ask(length) });
    expect(Number.isSafeInteger(dueTime(call()))).toBe(true);
  }
  for (const expiresIn of [1e16, 1e300])
    expect(dueTime((await called({ policy: ask(expiresIn) })).call())).toBe(undefined);
  for (const expiresIn of [-1.5, -Infinity])
    expect((await called({ policy: ask(expiresIn) })).call().state).toBe('denied');
  const outside = await called({ expiresIn: week });
  expect(Number.isSafeInteger(dueTime(outside.call()))).toBe(true);
  const asking = await called({ run: () => waitFor({ question: 'Which?', expiresIn: week }) });
  expect(Number.isSafeInteger(dueTime(asking.call()))).toBe(true);
  const timed = await called({ run: () => 1, timeout: 1_000 / 3 });
  expect(Number.isSafeInteger(timed.call().attempt?.deadline)).toBe(true);
  const onExpire = { escalate: { approvers: ['bob'], expiresIn: week } };
  const escalated = await called({ policy: { ask: { expiresIn: week, onExpire } } });
  escalated.conversation.time += 604_800_000;
  await escalated.run();
  expect(escalated.call().requirements?.[0]?.approvers).toEqual(['bob']);
  expect(Number.isSafeInteger(dueTime(escalated.call()))).toBe(true);
});

test('E6: what a policy asks and nobody can store is left out, and the same people are asked', async () => {
  const ask = { reason: 5n, preview: { total: 5n }, approvers: [7, 'ann'], quorum: 2, notBy: 'requester' };
  const { call, seen } = await called({ policy: { ask } as never });
  expect(seen.at(-1)).toBe('paused');
  expect(call().requirements).toEqual([{ approvers: ['7', 'ann'], quorum: 2, notBy: 'requester' }]);
});

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

test('D2: arguments that are nested so deeply that they would break whoever looks at them fail their call', async () => {
  for (const depth of [501, 3_000, 100_000]) {
    const { call, seen } = await called({ policy: 'ask' }, nested(depth));
    expect([call().state, seen.at(-1)]).toEqual(['failed', 'done']);
  }
  expect((await called({ policy: 'ask' }, nested(500))).call().state).toBe('awaiting-approval');
});

test('D2, D6: nobody edits arguments into such ones', async () => {
  const { chat, call, conversation } = await called({ policy: 'ask' });
  const decision = { type: 'approve', input: JSON.parse(nested(3_000)) as never } as const;
  expect(await chat.decide(conversation, call() as never, decision)).toMatchObject({ type: 'invalid' });
});

test('E6: a result that is nested so deeply is not stored, and the tool has acted', async () => {
  const { call, seen } = await called({ run: () => JSON.parse(nested(3_000)) as unknown });
  expect([call().state, seen.at(-1)]).toEqual(['completed', 'done']);
  expect(call()).toMatchObject({ output: { note: 'result not storable' } });
});

test('E1: what a tool throws may throw at every question, and is a failure of its call like any other', async () => {
  const no = (): never => {
    throw new Error('no');
  };
  const thrown = new Proxy({}, { get: no, has: no, getPrototypeOf: no });
  const throwing = (): never => {
    throw thrown as Error;
  };
  for (const run of [throwing, async () => throwing()]) {
    const { call, seen } = await called({ run });
    expect(call()).toMatchObject({ state: 'failed', outcome: 'unknown' });
    expect(seen.at(-1)).toBe('done');
  }
});
